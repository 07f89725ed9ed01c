/* unfin check: judge this moment. */
#include "command.h"
#include "gather.h"
#include "terminal.h"
#include "view/check.h"

static const char *const accepted[] = { "output", "json",   "window", "netns", "from",
	                                "record", "source", "color",  "quiet", NULL };

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
	int status = gather_moment(&s, &in->options);

	if (status == STATUS_OK && in->options.record)
		status = session_keep(&s, in->options.record, in->options.redact);
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
	.examples = "unfin                         # judge this host, all network namespaces\n"
	            "unfin check --window 10s      # watch before judging: growth, slow closes, failing calls\n"
	            "unfin check --json | jq .verdict\n",
	.options = accepted,
	.outputs = OUTPUT(TABLE) | OUTPUT(JSON),
	.run = check_run,
};
