/* A judgement for a ticket: Markdown that reads well raw, too. The words are those of the page. */
#include "check.h"
#include "check_lines.h"
#include "md.h"
#include "states.h"

static void show_line(void *to, const char *label, const char *text, const char *command)
{
	struct text *out = to;

	if (*label)
		text_printf(out, "- **%s**: ", label);
	else
		text_add(out, "  - ");
	md_escape(out, text);
	if (command) {
		text_add(out, ": ");
		md_code(out, command);
	}
	text_add_char(out, '\n');
}

static void show_finding(struct text *out, const struct check_ground *g, const struct finding *f, unsigned number)
{
	TEXT_CLEANUP title = { 0 };

	if (f->cause != FINDING_NONE)
		text_printf(out, "\n### and so: %s `%s` (%s)\n\n", severity_name(f->severity), f->id,
		            confidence_name(f->confidence));
	else
		text_printf(out, "\n## %u. %s `%s` (%s)\n\n", number, severity_name(f->severity), f->id,
		            confidence_name(f->confidence));
	finding_title(&title, g->moment, f);
	md_escape(out, title.bytes);
	text_add(out, "\n\n");
	finding_lines(g, f, show_line, out);
}

void check_md(struct text *out, const struct check_ground *g)
{
	const struct moment *m = g->moment;
	TEXT_CLEANUP circumstances = { 0 };
	unsigned number = 0;

	text_add(out, "# unfin: ");
	verdict_words(out, g);
	text_add(out, "\n\n");
	verdict_circumstances(&circumstances, m);
	text_add(out, "Seen");
	md_escape(out, circumstances.bytes);
	text_add(out, ".\n");
	array_each (&g->judgement->findings, f)
		show_finding(out, g, f, f->cause != FINDING_NONE ? number : ++number);
	text_add(out, "\n## States\n\n| state | sockets |\n|---|---|\n");
	states_md(out, m);
	if (m->coverage.gaps.count)
		text_add(out, "\n## Not seen\n\n");
	array_each (&m->coverage.gaps, gap) {
		text_add(out, "- ");
		md_escape(out, gap->what);
		text_add(out, ": ");
		md_escape(out, gap->why);
		text_add_char(out, '\n');
	}
}
