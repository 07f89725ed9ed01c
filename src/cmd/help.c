#include "help.h"
#include "base/words.h"
#include "model/field.h"

/* Two columns: what to type, and what it does. */
static void add_pair(struct text *t, const char *left, const char *right, size_t width)
{
	size_t columns = text_columns(left);

	text_printf(t, "  %s", left);
	text_pad(t, ' ', columns < width ? width - columns : 0);
	text_printf(t, "  %s\n", right);
}

/* "unfin list  # what it does" lines, with the comments in one column. */
static void add_examples(struct text *t, const char *examples)
{
	size_t width = 0;

	for (const char *line = examples; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		size_t length = strcspn(line, "#\n");
		while (length && line[length - 1] == ' ')
			length--;
		width = MAX(width, length);
	}
	for (const char *line = examples; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		size_t length = strcspn(line, "\n");
		const char *mark = memchr(line, '#', length);
		size_t typed = mark ? (size_t)(mark - line) : length;
		while (typed && line[typed - 1] == ' ')
			typed--;
		text_add(t, "  ");
		text_add_bytes(t, line, typed);
		if (mark) {
			text_pad(t, ' ', width - typed + 2);
			text_add_bytes(t, mark, length - (size_t)(mark - line));
		}
		text_add_char(t, '\n');
	}
}

static void option_left(struct text *t, const struct option *row)
{
	if (row->letter)
		text_printf(t, "-%c, ", row->letter);
	else
		text_add(t, "    ");
	text_printf(t, "--%s", row->name);
	if (row->argument)
		text_printf(t, " %s", row->argument);
}

static void option_right(struct text *t, const struct option *row, const struct command *c)
{
	const char *between = ": ";

	text_add(t, row->help);
	for (unsigned i = 0; row->choices && row->choices[i]; i++) {
		if (!command_offers(c, row, i))
			continue;
		text_printf(t, "%s%s", between, row->choices[i]);
		between = ", ";
	}
}

static void add_options(struct text *t, const struct command *c)
{
	static const char *const always[] = { "help", NULL };
	const char *const *lists[] = { c->options, always };
	TEXT_CLEANUP left = { 0 };
	TEXT_CLEANUP right = { 0 };
	size_t width = 0;

	for (unsigned draw = 0; draw < 2; draw++) {
		for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
			for (const char *const *name = lists[i]; name && *name; name++) {
				const struct option *row = option_find(*name);
				if (row->hidden)
					continue;
				left.length = right.length = 0;
				option_left(&left, row);
				width = MAX(width, left.length);
				option_right(&right, row, c);
				if (draw)
					add_pair(t, left.bytes, right.bytes, width);
			}
		}
	}
}

void help_command(struct text *t, const struct command *c)
{
	text_printf(t, "unfin %s%s%s: %s\n\n", c->name, c->arguments ? " " : "", c->arguments ?: "", c->summary);
	if (c->examples)
		add_examples(t, c->examples);
	text_add(t, "\nOptions\n");
	add_options(t, c);
	if (c->details)
		text_printf(t, "\n%s", c->details);
}

void help_overview(struct text *t)
{
	size_t width = 0;

	text_add(t,
	         "unfin finds the TCP connections nobody finished: who holds them, why, and when the ports end.\n\n");
	for (const struct command *const *c = command_table(); *c; c++)
		if (!(*c)->hidden)
			width = MAX(width, strlen((*c)->name) + ((*c)->arguments ? strlen((*c)->arguments) + 1 : 0));
	for (const struct command *const *c = command_table(); *c; c++) {
		if ((*c)->hidden)
			continue;
		TEXT_CLEANUP left = { 0 };
		text_printf(&left, "%s%s%s", (*c)->name, (*c)->arguments ? " " : "", (*c)->arguments ?: "");
		add_pair(t, left.bytes, (*c)->summary, width);
	}
	text_add(t, "\nunfin COMMAND --help shows examples and options of one of them.\n");
}

bool help_topic(struct text *t, const char *name)
{
	size_t width = 0;

	if (!word_equal(name, "fields"))
		return false;
	text_add(t, "Fields of a socket, for expressions, --group-by, --sort and --columns\n\n");
	for (const struct field *f = field_table(); f->name; f++)
		width = MAX(width, strlen(field_word(f)));
	for (const struct field *f = field_table(); f->name; f++)
		add_pair(t, field_word(f), f->help, width);
	return true;
}
