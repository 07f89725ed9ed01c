/* unfin explain: what a state, errno, cause or setting means, or what a pasted message speaks of. */
#include "command.h"
#include "power/power.h"
#include "base/file.h"
#include "base/log.h"
#include "output.h"
#include "terminal.h"
#include "rule/rule.h"
#include "view/explain.h"
#include "view/pages.h"

enum { MESSAGE_BYTES_MOST = 1 << 16, COLUMNS_MOST = 100 };

/* "-": a stack trace on stdin. */
static int read_words(const struct invocation *in, struct text *ret)
{
	if (in->words.count == 1 && streq(in->words.items[0], "-"))
		return file_read("/dev/stdin", MESSAGE_BYTES_MOST, ret);
	array_each (&in->words, word) {
		text_add(ret, ret->length ? " " : "");
		text_add(ret, *word);
	}
	return 0;
}

/* A word that is none of ours. What has several words is a message: some way on there always is. */
static int explain_unknown(const char *words)
{
	const struct topic *nearest = topic_nearest(&pages_all, words);
	TEXT_CLEANUP shown = { 0 };

	text_add_shown(&shown, words);
	log_error("nothing is known about \"%s\"", shown.bytes);
	if (nearest)
		log_hint("did you mean %s?", nearest->name);
	else
		log_hint("unfin explain lists what can be explained");
	return STATUS_USAGE;
}

static size_t count_words(const char *text)
{
	static const char blanks[] = " \t\n";
	size_t count = 0;

	for (text += strspn(text, blanks); *text; text += strspn(text, blanks)) {
		text += strcspn(text, blanks);
		count++;
	}
	return count;
}

static bool is_message(const char *text)
{
	size_t words = count_words(text);

	return words > 2 || (words == 2 && !topic_nearest(&pages_all, text));
}

static struct page_style page_style(const struct options *o)
{
	struct page_style style = terminal_style(o);

	style.columns = MIN(style.columns, (unsigned)COLUMNS_MOST);
	return style;
}

/* A page may be there before its rule is. */
static const char *note_on(const struct topic *topic)
{
	if (!topic)
		return NULL;
	if (!streq(topic->kind, "cause") || rules[rule_rank(topic->name)])
		return NULL;
	return "(This version has no rule for this cause: `unfin check` does not find it. The proof is for you to "
	       "make.)";
}

static int explain_run(const struct invocation *in)
{
	struct page_style style = page_style(&in->options);
	struct mention mention;
	TEXT_CLEANUP words = { 0 };
	TEXT_CLEANUP out = { 0 };

	int error = read_words(in, &words);
	if (error) {
		log_error("cannot read stdin: %s", strerror(-error));
		return STATUS_UNABLE;
	}
	bool json = in->options.output == OUTPUT_JSON;
	if (words.length && !mention_find(&pages_all, words.bytes, &mention) && !is_message(words.bytes))
		return explain_unknown(words.bytes);
	if (words.length && !mention.topic && !json)
		text_add(&out, "This message is not known here. To find out what is behind it:\n");
	if (json && words.length)
		explain_json(&out, &mention);
	else if (json)
		explain_list_json(&out, &pages_all);
	else if (words.length)
		explain_text(&out, &mention, note_on(mention.topic), &style);
	else
		explain_list(&out, &pages_all, &style);
	return output_text(&out);
}

static const char *const accepted[] = { "output", "json", "color", "quiet", NULL };

const struct command command_explain = {
	.name = "explain",
	.arguments = "[WORD...|-]",
	.summary = "what a state, error, cause or setting means; or a pasted error message",
	.examples = "unfin explain                            # what can be explained\n"
	            "unfin explain TIME_WAIT                  # in any spelling\n"
	            "unfin explain 'bind: address already in use'\n"
	            "unfin explain - < stacktrace.txt         # a message on stdin\n",
	.options = accepted,
	.outputs = OUTPUT(TABLE) | OUTPUT(JSON),
	.power = POWER_OPEN,
	.run = explain_run,
};
