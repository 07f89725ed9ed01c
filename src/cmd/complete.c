/* unfin complete -- WORD...: what the last word could become, one a line, each with a tab and its meaning. The
 * shells' own files (completion/) only ask here, so that they know every command, option, field and state from the
 * tables, and what stands in them today. */
#include "command.h"
#include "power/power.h"
#include "base/file.h"
#include "base/words.h"
#include "complete_expression.h"
#include "lab/lab.h"
#include "output.h"
#include "rule/rule.h"
#include "view/pages.h"
#include <fcntl.h>

struct completion {
	const struct command *command;
	char *const *words; /* all but the last */
	size_t count;
	const char *current;
	struct text out;
};

static void offer(struct completion *c, const char *word, const char *meaning)
{
	if (word_starts(word, c->current))
		text_printf(&c->out, "%s\t%s\n", word, meaning);
}

static void offer_commands(struct completion *c)
{
	for (const struct command *const *row = command_table(); *row; row++)
		if (!(*row)->hidden)
			offer(c, (*row)->name, (*row)->summary);
}

static bool takes(const struct command *command, const char *option)
{
	for (const char *const *name = command->options; name && *name; name++)
		if (streq(*name, option))
			return true;
	return streq(option, "help");
}

static void offer_options(struct completion *c)
{
	for (const struct option *row = option_table(); row->name; row++) {
		if (row->hidden || !takes(c->command, row->as ?: row->name))
			continue;
		TEXT_CLEANUP word = { 0 };
		text_printf(&word, "--%s", row->name);
		offer(c, word.bytes, row->help);
	}
}

/* The option whose value is to be completed, NULL if none is. */
static const struct option *open_option(const struct completion *c)
{
	const char *last = c->count > 1 ? c->words[c->count - 1] : "";

	for (const struct option *row = option_table(); row->name; row++) {
		bool written = starts_with(last, "--")
		                       ? word_equal(last + 2, row->name)
		                       : last[0] == '-' && row->letter && last[1] == row->letter && !last[2];
		if (written && row->argument && takes(c->command, row->as ?: row->name))
			return row;
	}
	return NULL;
}

static void offer_namespaces(struct completion *c)
{
	cleanup(cleanup_closedir) DIR *names = file_open_dir(AT_FDCWD, "/run/netns");
	int err;

	offer(c, "self", "the one that unfin runs in");
	offer(c, "all", "every one that can be entered");
	for (const char *name; names && (name = file_next_name(names, &err));)
		if (*name != '.')
			offer(c, name, "network namespace");
}

/* "state,com": what stands before the last comma stays. */
static void offer_fields(struct completion *c)
{
	const char *comma = strrchr(c->current, ',');

	for (const struct field *f = field_table(); f->name; f++) {
		TEXT_CLEANUP word = { 0 };
		text_add_bytes(&word, c->current, comma ? (size_t)(comma + 1 - c->current) : 0);
		text_add(&word, field_word(f));
		offer(c, word.bytes, f->help);
	}
}

static void offer_values(struct completion *c, const struct option *row)
{
	if (streq(row->name, "group-by") || streq(row->name, "sort") || streq(row->name, "columns"))
		offer_fields(c);
	else if (streq(row->name, "netns"))
		offer_namespaces(c);
	for (unsigned i = 0; row->choices && row->choices[i]; i++)
		if (command_offers(c->command, row, i))
			offer(c, row->choices[i], "");
	for (const struct rule *const *r = rules; *r; r++)
		if (streq(row->name, "only") || streq(row->name, "ignore"))
			offer(c, (*r)->id, (*r)->title);
}

static void offer_arguments(struct completion *c)
{
	if (streq(c->command->name, "lab") && c->count == 1)
		for (const struct lab_fault *const *f = lab_faults(); *f; f++)
			if (!(*f)->hidden)
				offer(c, (*f)->name, (*f)->title);
	if (streq(c->command->name, "explain"))
		for (size_t i = 0; i < pages_all.count; i++)
			offer(c, pages_all.items[i].name, pages_all.items[i].gist);
	if (c->command->arguments && strstr(c->command->arguments, "EXPR"))
		complete_expression(&c->out, c->words, c->count, c->current);
}

static void complete(struct completion *c)
{
	c->command = c->count ? command_find(c->words[0]) : NULL;
	if (!c->count || streq(c->words[0], "help")) {
		offer_commands(c);
		offer(c, c->count ? "fields" : "help", c->count ? "of a socket" : "how a command is used");
		return;
	}
	const struct option *option = c->command ? open_option(c) : NULL;
	if (option)
		offer_values(c, option);
	else if (c->command && *c->current == '-')
		offer_options(c);
	else if (c->command)
		offer_arguments(c);
}

static int complete_run(const struct invocation *in)
{
	struct completion c = { .words = in->child, .current = "" };
	size_t words = 0;

	while (in->child && in->child[words])
		words++;
	if (words) {
		c.current = in->child[words - 1];
		c.count = words - 1;
	}
	complete(&c);
	int status = output_text(&c.out);
	text_free(&c.out);
	return status;
}

const struct command command_complete = {
	.name = "complete",
	.arguments = "-- WORD...",
	.summary = "what the last word could become, for shells",
	.examples = "unfin complete -- list --gr  # --group-by and what it means\n",
	.runs_command = true,
	.hidden = true,
	.power = POWER_OPEN,
	.run = complete_run,
};
