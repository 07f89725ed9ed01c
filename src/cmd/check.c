/* unfin check: judge this moment. */
#include "asked.h"
#include "config.h"
#include "gather.h"
#include "narrowed.h"
#include "output.h"
#include "terminal.h"
#include "view/check.h"

static const char *const accepted[] = { "output", "json",         "window",      "netns",         "only",
	                                "ignore", "critical-eta", "warning-eta", "warning-share", "nagios",
	                                "config", "show-config",  "from",        "record",        "source",
	                                "color",  "show-args",    "quiet",       "without-hook",  "table-rows",
	                                NULL };

static int verdict_status(enum verdict v)
{
	static const int statuses[] = {
		[VERDICT_OK] = STATUS_OK,
		[VERDICT_WARNING] = STATUS_FINDINGS,
		[VERDICT_CRITICAL] = STATUS_FINDINGS,
		[VERDICT_UNKNOWN] = STATUS_INCOMPLETE,
	};

	return statuses[v];
}

static void write_judgement(struct text *out, const struct options *o, const struct moment *m,
                            const struct judgement *j, const struct request *request)
{
	struct page_style style = terminal_style(o);

	if (o->nagios)
		check_nagios(out, m, j);
	else if (o->output == OUTPUT_JSON)
		check_json(out, m, j);
	else if (o->output == OUTPUT_MD)
		check_md(out, m, j, request);
	else
		check_text(out, m, j, request, &style);
}

static int judge_and_write(const struct options *o, const struct moment *m, const struct request *request)
{
	cleanup(judgement_cleanup) struct judgement *j = judge_request(m, request);
	TEXT_CLEANUP out = { 0 };

	write_judgement(&out, o, m, j, request);
	int status = output_text(&out);
	if (status != STATUS_OK)
		return status;
	return o->nagios ? (int)j->verdict : verdict_status(j->verdict); /* the plugins' numbers are enum verdict */
}

static int check(const struct invocation *in, const struct request *request)
{
	const char *keep = in->options.record;
	cleanup(session_close) struct session s = { .later = keep ? POWER_KEEP : 0 };
	int status = (keep ? session_can_keep(keep) : STATUS_OK)
	                     ?: gather_moment(&s, &in->options, keep ? WANT_TRANSLATIONS : WANT_LOST_TRANSLATIONS);

	if (status == STATUS_OK && keep)
		status = session_keep(&s, keep, in->options.redact);
	if (status == STATUS_OK)
		narrowed_tell(in, s.from, s.moment);
	return status ?: judge_and_write(&in->options, s.moment, request);
}

static int show_config(const struct invocation *in)
{
	TEXT_CLEANUP out = { 0 };

	config_show(&out, in);
	return output_text(&out);
}

static int check_run(const struct invocation *in)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	cleanup(asked_free) struct request request = { 0 };
	int status = asked_parse(in, arena, &request);

	if (status == STATUS_OK)
		status = in->options.show_config ? show_config(in) : check(in, &request);
	if (in->options.nagios && status > STATUS_INCOMPLETE) {
		puts("UNFIN UNKNOWN - this system cannot be looked at");
		return VERDICT_UNKNOWN;
	}
	return status;
}

const struct command command_check = {
	.name = "check",
	.arguments = "[EXPR]",
	.summary = "judge this moment: what is wrong, who, why, since when, what to do",
	.examples =
	        "unfin                             # judge this host, all network namespaces\n"
	        "unfin check --window 10s          # watch for longer than 2 s: growth, slow closes, failing calls\n"
	        "unfin check --window 0            # one look, at once: failing calls are not seen\n"
	        "unfin check 'comm == python3'     # judge only sockets that match\n"
	        "unfin check --ignore 'stale-pool:peer in 10.0.0.0/8'\n"
	        "unfin check -o md >ticket.md      # for a ticket\n"
	        "unfin check --json | jq .verdict\n",
	.options = accepted,
	.outputs = OUTPUT(TABLE) | OUTPUT(JSON) | OUTPUT(MD),
	.power = POWER_LOOK | POWER_ENTER | POWER_TRACK | POWER_FOREIGN | POWER_KEEP,
	.run = check_run,
};
