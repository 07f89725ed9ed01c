/* The page. Most important first: verdict, then each root with what it causes below it, then the states and
 * what of them is normal, last what was not seen. */
#include "check.h"
#include "check_lines.h"
#include "states.h"
#include "wrap.h"

struct page {
	struct wrap wrap;
	const struct check_ground *g;
	bool color;
};

static const char *paint(const struct page *p, enum severity s)
{
	static const char *const codes[] = { "\033[1m", "\033[1;33m", "\033[1;31m" };

	return p->color ? codes[s] : "";
}

static const char *plain(const struct page *p)
{
	return p->color ? "\033[0m" : "";
}

static void show_head(const struct page *p, const struct finding *f, const char *number)
{
	struct text *out = p->wrap.out;

	text_add(out, number);
	finding_heading(out, p->g->moment, f, paint(p, f->severity), plain(p));
	text_add_char(out, '\n');
}

static void show_line(void *to, const char *label, const char *text, const char *command)
{
	const struct page *p = to;
	TEXT_CLEANUP t = { 0 };

	text_printf(&t, "%s%s", text, command ? ":" : "");
	wrap_command(&p->wrap, FINDING_INDENT, label, FINDING_LABEL, t.bytes, command);
}

static void show_finding(struct page *p, const struct finding *f, const char *number)
{
	show_head(p, f, number);
	finding_lines(p->g, f, show_line, p);
	text_add_char(p->wrap.out, '\n');
}

static void show_verdict(const struct page *p)
{
	static const enum severity severities[] = { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_CRITICAL,
		                                    SEVERITY_WARNING };
	struct text *out = p->wrap.out;

	text_add(out, paint(p, severities[p->g->judgement->verdict]));
	verdict_words(out, p->g);
	text_add(out, plain(p));
	verdict_circumstances(out, p->g->moment);
	text_add(out, "\n\n");
}

static void show_gaps(const struct page *p)
{
	array_each (&p->g->moment->coverage.gaps, g) {
		TEXT_CLEANUP t = { 0 };
		verdict_gap(&t, g);
		wrap_line(&p->wrap, 0, "not seen ", FINDING_LABEL, t.bytes);
	}
}

void check_text(struct text *out, const struct check_ground *g, const struct page_style *style)
{
	struct page p = { .wrap = { out, MAX(style->columns, 40u) }, .g = g, .color = style->color };
	unsigned number = 0;
	TEXT_CLEANUP unwatched = { 0 };

	show_verdict(&p);
	array_each (&g->judgement->findings, f) {
		char label[32];
		if (f->cause != FINDING_NONE)
			snprintf(label, sizeof(label), "   and so: ");
		else
			snprintf(label, sizeof(label), "%u. ", ++number);
		show_finding(&p, f, label);
	}
	states_text(&p.wrap, g->moment, verdict_time_wait_is_normal(g->judgement));
	show_gaps(&p);
	verdict_unwatched(&unwatched, g->moment);
	if (unwatched.length)
		wrap_line(&p.wrap, 0, "note", FINDING_LABEL, unwatched.bytes);
}
