/* unfin ports: how many more bind(port 0) and connect() calls are granted, to where, until when. */
#include "base/log.h"
#include "base/parse.h"
#include "command.h"
#include "narrowed.h"
#include "output.h"
#include "port_page.h"
#include "ports_ask.h"
#include "session.h"
#include "view/ports.h"

enum { ROWS_MOST = 20 };

static int write_report(const struct options *o, const struct port_report *r)
{
	TEXT_CLEANUP out = { 0 };

	if (o->output != OUTPUT_JSON)
		return output_end(ports_text(STDOUT_FILENO, r, o->output == OUTPUT_MD));
	ports_json(&out, r);
	return output_text(&out);
}

static int ports_status(const struct port_report *r)
{
	bool agrees = true;

	array_each (&r->bind, row)
		agrees &= port_row_agrees(row);
	array_each (&r->connect, row)
		agrees &= port_row_agrees(row);
	if (agrees)
		return moment_is_complete(r->moment) ? STATUS_OK : STATUS_INCOMPLETE;
	log_warning("the kernel answers otherwise than the model: something here is not as it should be");
	log_hint("please report it with the output of unfin ports --json");
	return STATUS_FINDINGS;
}

static int ports_print(const struct invocation *in, const struct ports_asked *asked, struct session *s)
{
	cleanup(port_map_cleanup) struct port_map *map = port_map_new(s->moment);
	cleanup(port_report_free) struct port_report r = { 0 };

	if (asked->port)
		return port_page_tell(&in->options, map, s->moment, asked->port);
	port_report_begin(&r, map);
	if (!r.netns.count) {
		log_error("the port range of no network namespace is known");
		return STATUS_UNABLE;
	}
	int status = ports_ask_fill(asked, &r, ROWS_MOST);
	port_report_add_reliefs(&r);
	if (!status && in->options.probe)
		status = ports_ask_probe(&in->options, &r);
	return status ?: write_report(&in->options, &r) ?: ports_status(&r);
}

/* Routes, UDP sockets and probes are asked of the kernel when all else is seen. */
static unsigned power_later(const struct options *o, const struct ports_asked *asked)
{
	bool asks = o->probe || asked->destinations.count || (asked->port && !options_kept(o));

	return !asks ? 0 : POWER_LOOK | POWER_ENTER | POWER_PROBE | (o->probe ? POWER_TRACK : 0);
}

static int ports_run(const struct invocation *in)
{
	cleanup(session_close) struct session s = { 0 };
	cleanup(ports_asked_free) struct ports_asked asked = { 0 };
	int status = ports_ask_parse(in, &asked);

	if (status != STATUS_OK)
		return status;
	s.later = power_later(&in->options, &asked);
	status = session_open_window(&s, &in->options, WANT_TRANSLATIONS);
	if (status != STATUS_OK)
		return status;
	narrowed_tell(in, s.from, s.moment);
	status = ports_print(in, &asked, &s);
	session_tell_gaps(&s);
	return status;
}

static const char *const accepted[] = { "src",  "dst", "probe",     "window", "output",    "json",  "netns",
	                                "from", "at",  "state-dir", "source", "show-args", "quiet", NULL };

const struct command command_ports = {
	.name = "ports",
	.arguments = "[PORT]",
	.summary = "the port budget as this kernel allots it: how many more connections, to where",
	.examples = "unfin ports  # what is left for bind(port 0) and for connect()\n"
	            "unfin ports --window 10s  # and when it ends\n"
	            "unfin ports --dst 10.0.0.5:443  # to one destination\n"
	            "unfin ports 8080  # who has this port, and what would still work on it\n"
	            "unfin ports --src 10.0.0.1 --dst 10.0.0.5:443 --probe  # proved by taking a port\n",
	.details = "A plain connect() may share a port with other connections as long as source and destination\n"
	           "differ; bind(port 0) needs a port that nobody has on that address. Two figures joined by .. are\n"
	           "the least and the most: the kernel does not show all that decides.\n"
	           "Where conntrack translates sources, NAT has a budget for each source and destination, too.\n"
	           "--probe takes one port for each line and gives it back; no packet is sent. Only this network "
	           "namespace\n"
	           "is probed, unless --netns names others.\n",
	.options = accepted,
	.outputs = OUTPUT(TABLE) | OUTPUT(JSON) | OUTPUT(MD),
	.power = POWER_LOOK | POWER_ENTER | POWER_TRACK | POWER_FOREIGN | POWER_PROBE,
	.run = ports_run,
};
