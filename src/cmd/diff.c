/* unfin diff A [B]: two moments side by side; without B the second one is now. */
#include "asked.h"
#include "command.h"
#include "gather.h"
#include "narrowed.h"
#include "output.h"
#include "terminal.h"
#include "base/log.h"
#include "rule/judgement.h"
#include "view/diff.h"

/* `path` NULL: the moment that the agent kept nearest to --since. */
static int diff_load(struct session *s, const struct options *o, const char *path)
{
	struct options with = *o;

	with.from = path;
	with.at = path ? NULL : o->since;
	return session_open(s, &with, 0);
}

/* Kept in these files, or of now. What is in a file is read last, when no power is left. */
static int diff_open(struct session *before, struct session *after, const struct options *o, const char *a,
                     const char *b)
{
	int status = diff_load(before, o, a);

	if (status == STATUS_OK)
		status = b ? diff_load(after, o, b) ?: session_seen(after)
		           : gather_moment(after, o, WANT_LOST_TRANSLATIONS);
	return status ?: session_seen(before);
}

static int diff_show(const struct options *o, const struct diff *d)
{
	TEXT_CLEANUP out = { 0 };

	if (o->output == OUTPUT_JSON) {
		diff_json(&out, d);
	} else {
		struct page_style style = terminal_style(o);
		diff_text(&out, d, &style);
	}
	int status = output_text(&out);
	if (status != STATUS_OK)
		return status;
	if (d->changes->worse)
		return STATUS_FINDINGS;
	return diff_is_complete(d) ? STATUS_OK : STATUS_INCOMPLETE;
}

static int diff_run(const struct invocation *in)
{
	cleanup(session_close) struct session before = { 0 };
	cleanup(session_close) struct session after = { 0 };
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	cleanup(asked_free) struct request request = { 0 };
	const char *second = in->words.count > 1 ? in->words.items[1] : NULL;

	if (!in->words.count && !in->options.since) {
		log_error("diff needs a kept moment to compare with");
		log_hint("unfin record before.unfin keeps one; unfin diff before.unfin then compares");
		log_hint("where the agent runs: unfin diff --since 1h");
		return STATUS_USAGE;
	}
	int status = invocation_at_most(in, in->options.since ? 0 : 2) ?: asked_parse(in, arena, &request);
	if (status == STATUS_OK)
		status = diff_open(&before, &after, &in->options, in->words.count ? in->words.items[0] : NULL, second);
	if (status != STATUS_OK)
		return status;
	narrowed_tell(in, after.from, after.moment);
	cleanup(judgement_cleanup) struct judgement *was = judge_request(before.moment, &request);
	cleanup(judgement_cleanup) struct judgement *is = judge_request(after.moment, &request);
	cleanup(comparison_cleanup) struct comparison *c = comparison_new(before.moment, after.moment);
	cleanup(changes_cleanup) struct changes *changes = changes_new(was, is, c->relation);
	const struct diff d = { before.moment, after.moment, c, changes };
	return diff_show(&in->options, &d);
}

static const char *const accepted[] = { "output", "json",  "window",    "netns",  "source",      "color", "show-args",
	                                "quiet",  "since", "state-dir", "config", ASKED_OPTIONS, NULL };

const struct command command_diff = {
	.name = "diff",
	.arguments = "[A [B]]",
	.summary = "what changed between two kept moments, or between one and now",
	.examples = "unfin record before.unfin            # keep this moment\n"
	            "unfin diff before.unfin              # what got worse since\n"
	            "unfin diff before.unfin after.unfin  # two kept ones, on any machine\n"
	            "unfin diff --since 1h                # since then, where the agent runs\n"
	            "unfin diff before.unfin --json | jq '.findings[] | select(.change == \"new\")'\n",
	.details =
	        "Exit status: 0 nothing got worse, 1 a warning or critical is new or got worse, 3 nothing worse was\n"
	        "seen, but not all could be seen. Findings are matched by cause, namespace, program and other end.\n",
	.options = accepted,
	.settings = asked_options,
	.outputs = OUTPUT(TABLE) | OUTPUT(JSON),
	.power = POWER_LOOK | POWER_ENTER | POWER_TRACK | POWER_FOREIGN,
	.run = diff_run,
};
