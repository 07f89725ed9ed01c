/* unfin limits: every limit a connection can meet, with its use, the setting and the time left. */
#include "base/stop.h"
#include "command.h"
#include "narrowed.h"
#include "output.h"
#include "session.h"
#include "view/limits.h"

static int write_limits(const struct options *o, const struct limits *limits)
{
	TEXT_CLEANUP out = { 0 };

	if (o->output != OUTPUT_JSON)
		return output_end(limits_text(STDOUT_FILENO, limits, o->output == OUTPUT_MD ? sheet_md : sheet_table,
		                              o->output == OUTPUT_WIDE));
	limits_json(&out, limits);
	return output_text(&out);
}

static int limits_run(const struct invocation *in)
{
	cleanup(session_close) struct session s = { 0 };
	cleanup(limits_free) struct limits limits = { 0 };
	int status = invocation_at_most(in, 0) ?: session_open_window(&s, &in->options, 0);

	if (status != STATUS_OK)
		return status;
	narrowed_tell(in, s.from, s.moment);
	cleanup(port_map_cleanup) struct port_map *map = port_map_new(s.moment);
	limits_collect(map, &limits);
	status = write_limits(&in->options, &limits);
	session_tell_gaps(&s);
	return status ?: moment_is_complete(s.moment) ? STATUS_OK : STATUS_INCOMPLETE;
}

static const char *const accepted[] = { "window", "output",    "json",   "netns", "from",
	                                "at",     "state-dir", "source", "quiet", NULL };

const struct command command_limits = {
	.name = "limits",
	.summary = "every limit a connection can meet: use, limit, setting, time left",
	.examples = "unfin limits  # the nearest to its limit first\n"
	            "unfin limits --window 10s  # and when each is reached\n"
	            "unfin limits --json | jq '.limits[] | select(.used * 2 > .limit)'\n",
	.details =
	        "Ports, descriptors of processes and of the host, listen queues, TIME-WAIT, orphans, TCP memory and\n"
	        "connection tracking. unfin ports tells more of the ports.\n",
	.options = accepted,
	.outputs = OUTPUT(TABLE) | OUTPUT(WIDE) | OUTPUT(JSON) | OUTPUT(MD),
	.power = POWER_LOOK | POWER_ENTER | POWER_TRACK | POWER_FOREIGN,
	.run = limits_run,
};
