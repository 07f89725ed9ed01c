/* unfin history [KEY]: what the agent remembers. */
#include "command.h"
#include "folders.h"
#include "output.h"
#include "power/power.h"
#include "terminal.h"
#include "when.h"
#include "base/clock.h"
#include "base/log.h"
#include "history/history.h"
#include "view/history.h"
#include <errno.h>

enum { SINCE_MS = 24 * 60 * 60 * 1000 };

static int write_lives(const struct options *o, const struct chronicle *c)
{
	struct page_style style = terminal_style(o);
	TEXT_CLEANUP out = { 0 };

	array_each (&c->lives, l) {
		text_add(&out, l == c->lives.items ? "" : "\n");
		history_life(&out, c, l, &style);
	}
	return output_text(&out);
}

static int write_history(const struct options *o, const struct chronicle *c, bool one)
{
#define WRITER(name, word, writer) writer,
	static sheet_writer *const writers[] = { OUTPUTS(WRITER) };
#undef WRITER
	struct page_style style = terminal_style(o);
	TEXT_CLEANUP out = { 0 };

	if (o->output == OUTPUT_JSON) {
		o->counts ? history_counts_json(&out, c) : history_json(&out, c, one);
		return output_text(&out);
	}
	if (o->counts)
		return output_end(history_counts(STDOUT_FILENO, c, writers[o->output], &style));
	if (one && (o->output == OUTPUT_TABLE || o->output == OUTPUT_WIDE))
		return write_lives(o, c);
	if (o->output == OUTPUT_WIDE)
		style.columns = 0;
	return output_end(history_rows(STDOUT_FILENO, c, writers[o->output], &style));
}

static int no_such(const char *key)
{
	log_error("no finding of that time has \"%s\" in its key", key);
	log_hint("unfin history -o wide shows the keys; --since 14d goes back as far as there is something");
	return STATUS_USAGE;
}

static void tell_gaps(const struct chronicle *c)
{
	array_each (&c->moment->coverage.gaps, g)
		log_warning("not seen: %s: %s", g->what, g->why);
}

static int read_chronicle(const struct options *o, const struct history_request *q, struct chronicle **ret)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct gap why = { 0 };

	power_limit(POWER_OPEN | POWER_FOREIGN);
	power_raise(); /* the files are the agent's user's */
	int err = history_read(folder_state(o), q, ret, arena, &why);
	power_limit(0);
	if (!err) {
		(*ret)->to_ms = MIN((*ret)->to_ms, clock_unix_ms());
		return STATUS_OK;
	}
	log_error("cannot read %s: %s", why.what, why.why);
	if (why.mend)
		log_hint("%s", why.mend);
	return STATUS_UNABLE;
}

static void leave_out_lighter(struct chronicle *c, enum severity least)
{
	size_t kept = 0;

	array_each (&c->lives, l) {
		if (l->highest >= least)
			c->lives.items[kept++] = *l;
		else
			life_clear(l);
	}
	c->lives.count = kept;
}

/* A warning or worse that has not ended. */
static bool is_wrong_now(const struct chronicle *c)
{
	array_each (&c->lives, l)
		if (!l->ended_ms && l->severity >= SEVERITY_WARNING)
			return true;
	return false;
}

static int history_run(const struct invocation *in)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	cleanup(chronicle_cleanup) struct chronicle *c = NULL;
	uint64_t now_ms = clock_unix_ms();
	struct history_request q = { .from_ms = now_ms - SINCE_MS,
		                     .to_ms = now_ms }; /* rows of later are of a clock that was set back since */

	q.key = invocation_expression(in, arena);
	q.points = q.key != NULL;
	q.figures = in->options.counts;
	int status = in->options.since ? when_option("since", in->options.since, now_ms, &q.from_ms) : STATUS_OK;
	status = status ?: read_chronicle(&in->options, &q, &c);
	if (status != STATUS_OK)
		return status;
	leave_out_lighter(c, (enum severity)in->options.severity);
	tell_gaps(c);
	if (q.key && !c->lives.count)
		return no_such(q.key);
	status = write_history(&in->options, c, q.key != NULL);
	if (status != STATUS_OK)
		return status;
	return is_wrong_now(c) ? STATUS_FINDINGS : moment_is_complete(c->moment) ? STATUS_OK : STATUS_INCOMPLETE;
}

static const char *const accepted[] = { "state-dir", "since",     "severity", "counts", "output",
	                                "json",      "no-header", "color",    "quiet",  NULL };

const struct command command_history = {
	.name = "history",
	.arguments = "[KEY]",
	.summary = "what the agent has found: since when, until when, after which release",
	.examples = "unfin history                 # findings of the last day\n"
	            "unfin history --since 3d --severity warning\n"
	            "unfin history never-closed    # one finding's life: count over time, releases, victims\n"
	            "unfin history --counts --since 1h  # sockets by program and state, limits: as they went\n"
	            "unfin history --json | jq '.findings[] | select(.ended_at == null) | .key'\n",
	.details =
	        "Exit status: 1 a warning or critical has not ended, 3 some of that time could not be read, else 0.\n",
	.options = accepted,
	.outputs = OUTPUT(TABLE) | OUTPUT(WIDE) | OUTPUT(JSON) | OUTPUT(JSONL) | OUTPUT(CSV) | OUTPUT(MD),
	.power = POWER_OPEN | POWER_FOREIGN,
	.run = history_run,
};
