/* unfin check: judge this moment. */
#include "asked.h"
#include "before.h"
#include "config.h"
#include "gather.h"
#include "lines.h"
#include "narrowed.h"
#include "output.h"
#include "terminal.h"
#include "base/file.h"
#include "base/log.h"
#include "view/check.h"
#include "view/metrics.h"

static const char *const accepted[] = {
	"output",       "json",          "window", "netns",    "only",        "ignore", "critical-eta",
	"warning-eta",  "warning-share", "nagios", "config",   "show-config", "from",   "at",
	"state-dir",    "record",        "source", "color",    "show-args",   "quiet",  "fleet-key",
	"without-hook", "table-rows",    "series", "textfile", "redact",      NULL
};

enum { TEXTFILE_MODE = 0644 }; /* node_exporter is another user */

static void write_judgement(struct text *out, const struct options *o, const struct check_ground *g)
{
	const struct moment *m = g->moment;
	const struct judgement *j = g->judgement;
	struct page_style style = terminal_style(o);

	if (o->textfile || o->output == OUTPUT_PROM)
		metrics_moment(out, m, j, o->series.given ? o->series.value : PROM_SERIES);
	else if (o->nagios)
		check_nagios(out, m, j);
	else if (o->output == OUTPUT_JSON)
		check_json(out, g);
	else if (o->output == OUTPUT_MD)
		check_md(out, g);
	else
		check_text(out, g, &style);
}

static int replace_textfile(const char *path, const struct text *out)
{
	power_raise();
	int err = file_replace(path, out->bytes, out->length, TEXTFILE_MODE);
	power_lower();
	if (!err)
		return STATUS_OK;
	log_error("cannot write %s: %s", path, strerror(-err));
	log_hint("the folder must be there, and be writable: a file is written beside it and takes its place");
	return STATUS_UNABLE;
}

/* What a person reads, or a program in full. */
static bool shows_words(const struct options *o)
{
	return !o->nagios && o->output != OUTPUT_PROM && !o->textfile;
}

/* Lines of code are asked for once it is known what is wrong, and are kept with the rest. */
static int judge_and_write(const struct options *o, const struct session *s, struct helper *helper,
                           struct check_ground *g)
{
	struct moment *m = s->moment;
	cleanup(judgement_cleanup) struct judgement *j = judge_request(m, g->request);
	TEXT_CLEANUP out = { 0 };

	lines_ask(helper, j, m);
	int status = o->record ? session_keep(s, o->record, o->redact) : STATUS_OK;
	if (status != STATUS_OK)
		return status;
	g->moment = m;
	g->judgement = j;
	write_judgement(&out, o, g);
	status = o->textfile ? replace_textfile(o->textfile, &out) : output_text(&out);
	if (status != STATUS_OK)
		return status;
	return o->nagios ? (int)j->verdict : status_of_verdict(j->verdict); /* the plugins' numbers are enum verdict */
}

static int check(const struct invocation *in, const struct request *request)
{
	static const struct before_request no_more = { 0 };
	const struct options *o = &in->options;
	cleanup(lines_end) struct helper helper = LINES_UNWANTED;
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	cleanup(chronicle_cleanup) struct chronicle *before = NULL;
	struct check_ground g = { .request = request };
	struct gap unread = { 0 };

	if (shows_words(o))
		lines_prepare(&helper, o);
	cleanup(session_close) struct session s = { .later = o->record || o->textfile ? POWER_KEEP : 0 };
	if (shows_words(o))
		g.unread = before_read(o, &no_more, &before, arena, &unread) ? &unread : NULL;
	g.chronicle = before;
	int status =
	        (o->record ? session_can_keep(o->record) : STATUS_OK)
	                ?: gather_moment(&s, o, o->record ? WANT_TRANSLATIONS | WANT_RELEASES : WANT_LOST_TRANSLATIONS);

	if (status == STATUS_OK)
		narrowed_tell(in, s.from, s.moment);
	return status ?: judge_and_write(o, &s, &helper, &g);
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

	if (status == STATUS_OK && in->options.redact && !in->options.record) {
		log_error("check --redact is about what is kept: it needs --record FILE");
		status = STATUS_USAGE;
	}
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
	.examples = "unfin                             # judge this host, all network namespaces\n"
	            "unfin check --window 10s          # watch for longer than 2 s: growth, slow closes, failing "
	            "calls, lines\n"
	            "unfin check --window 0            # one look, at once: failing calls are not seen\n"
	            "unfin check 'comm == python3'     # judge only sockets that match\n"
	            "unfin check --ignore 'stale-pool:peer in 10.0.0.0/8'\n"
	            "unfin check --at 03:12            # as it was then, where the agent runs\n"
	            "unfin check -o md >ticket.md      # for a ticket\n"
	            "unfin check --json | jq .verdict\n"
	            "unfin check --textfile /var/lib/prometheus/node-exporter/unfin.prom  # each minute, by cron\n",
	.options = accepted,
	.outputs = OUTPUT(TABLE) | OUTPUT(JSON) | OUTPUT(MD) | OUTPUT(PROM),
	.power = POWER_LOOK | POWER_ENTER | POWER_TRACK | POWER_FOREIGN | POWER_KEEP,
	.run = check_run,
};
