/* unfin check: judge this moment. If the first look gives any finding, or a budget is nearly used, it goes on
 * watching for a short while by itself: a failed call leaves nothing behind for a look. */
#include "base/stop.h"
#include "command.h"
#include "session.h"

#include "terminal.h"
#include "source/activity.h"
#include "trace/calls.h"
#include "rule/budgets.h"
#include "view/check.h"
#include <errno.h>

enum { OWN_WINDOW_MS = 2000 };

static const char *const accepted[] = { "output", "json", "window", "netns", "from", "source", "color", "quiet", NULL };

/* Looks again after `ms`, with failing calls and threads watched meanwhile. Ctrl-C ends the watch, not the
 * judgement. What failed is collected before the look, so that the look describes those processes, too. */
static int watch(struct session *s, uint64_t ms)
{
	cleanup(activity_cleanup) struct activity_watch *activity = NULL;
	cleanup(calls_cleanup) struct calls *calls = NULL;
	struct gap why;
	int blind = calls_open(s->moment->arena, &calls, &why);

	activity = activity_begin(s->moment);
	s->moment->window.interrupted = stop_wait_ms(ms);
	activity_end(activity, s->moment);
	if (!blind)
		blind = calls_collect(calls, s->moment);
	int status = session_look(s);
	if (blind)
		moment_gap(s->moment, why.what, why.why, why.mend);
	return status;
}

static bool wants_window(const struct moment *m)
{
	cleanup(judgement_cleanup) struct judgement *first = judge(m);

	return first->findings.count || budgets_nearly_used(m);
}

static int gather(const struct invocation *in, struct session *s)
{
	const struct optional *window = &in->options.window;
	int status = session_open(s, &in->options, WANT_DETAILS | WANT_LIMITS);

	if (status == STATUS_OK)
		status = session_look(s);
	if (status != STATUS_OK || in->options.from)
		return status;
	uint64_t ms = window->given ? window->value : wants_window(s->moment) ? OWN_WINDOW_MS : 0;
	return ms ? watch(s, ms) : STATUS_OK;
}

static int status_of(enum verdict v)
{
	static const int statuses[] = {
		[VERDICT_OK] = STATUS_OK,
		[VERDICT_WARNING] = STATUS_FINDINGS,
		[VERDICT_CRITICAL] = STATUS_FINDINGS,
		[VERDICT_UNKNOWN] = STATUS_INCOMPLETE,
	};

	return statuses[v];
}

static int check_run(const struct invocation *in)
{
	cleanup(session_close) struct session s = { 0 };
	TEXT_CLEANUP out = { 0 };
	stop_on_signals();
	int status = gather(in, &s);

	if (status != STATUS_OK)
		return status;
	cleanup(judgement_cleanup) struct judgement *j = judge(s.moment);
	if (in->options.output == OUTPUT_JSON) {
		check_json(&out, s.moment, j);
	} else {
		struct page_style style = terminal_style(&in->options);
		check_text(&out, s.moment, j, &style);
	}
	if (text_flush(&out, STDOUT_FILENO))
		return STATUS_UNABLE;
	return status_of(j->verdict);
}

const struct command command_check = {
	.name = "check",
	.arguments = NULL,
	.summary = "judge this moment: what is wrong, who, why, since when, what to do",
	.examples = "unfin                         # judge this network namespace\n"
	            "unfin check --window 10s      # watch before judging: growth, slow closes, failing calls\n"
	            "unfin check --json | jq .verdict\n",
	.options = accepted,
	.outputs = OUTPUT(TABLE) | OUTPUT(JSON),
	.run = check_run,
};
