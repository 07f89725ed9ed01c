/* A judgement for a ticket: Markdown that reads well raw, too. The words are those of the page. */
#include "check.h"
#include "check_lines.h"
#include "states.h"

/* Names come from strangers: what Markdown would read as markup is shown as it is. */
static void add_escaped(struct text *out, const char *s)
{
	for (; *s; s++) {
		if (strchr("\\`*_<>|[]#", *s))
			text_add_char(out, '\\');
		text_add_char(out, *s);
	}
}

/* In as many backticks as it takes: a command may hold some. */
static void add_code(struct text *out, const char *command)
{
	size_t most = 0;

	for (const char *at = command; (at = strchr(at, '`')); at += strspn(at, "`"))
		most = MAX(most, strspn(at, "`"));
	text_pad(out, '`', most + 1);
	text_printf(out, most ? " %s " : "%s", command);
	text_pad(out, '`', most + 1);
}

static void show_line(void *to, const char *label, const char *text, const char *command)
{
	struct text *out = to;

	if (*label)
		text_printf(out, "- **%s**: ", label);
	else
		text_add(out, "  - ");
	add_escaped(out, text);
	if (command) {
		text_add(out, ": ");
		add_code(out, command);
	}
	text_add_char(out, '\n');
}

static void show_finding(struct text *out, const struct moment *m, const struct finding *f, unsigned number)
{
	TEXT_CLEANUP title = { 0 };

	if (f->caused_by)
		text_printf(out, "\n### and so: %s `%s` (%s)\n\n", severity_name(f->severity), f->id,
		            confidence_name(f->confidence));
	else
		text_printf(out, "\n## %u. %s `%s` (%s)\n\n", number, severity_name(f->severity), f->id,
		            confidence_name(f->confidence));
	finding_title(&title, m, f);
	add_escaped(out, title.bytes);
	text_add(out, "\n\n");
	finding_lines(m, f, show_line, out);
}

void check_md(struct text *out, const struct moment *m, const struct judgement *j, const struct request *request)
{
	TEXT_CLEANUP circumstances = { 0 };
	unsigned number = 0;

	text_add(out, "# unfin: ");
	verdict_words(out, j, request);
	text_add(out, "\n\n");
	verdict_circumstances(&circumstances, m);
	text_add(out, "Seen");
	add_escaped(out, circumstances.bytes);
	text_add(out, ".\n");
	array_each (&j->findings, f)
		show_finding(out, m, f, f->caused_by ? number : ++number);
	text_add(out, "\n## States\n\n| state | sockets |\n|---|---|\n");
	states_md(out, m);
	if (m->coverage.gaps.count)
		text_add(out, "\n## Not seen\n\n");
	array_each (&m->coverage.gaps, g) {
		text_add(out, "- ");
		add_escaped(out, g->what);
		text_add(out, ": ");
		add_escaped(out, g->why);
		text_add_char(out, '\n');
	}
}
