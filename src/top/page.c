/* The pages: one thing in full, to scroll through. */
#include "action.h"
#include "base/format.h"
#include "model/message/mention.h"
#include "screen_parts.h"
#include "view/explain.h"
#include "view/pages.h"

static const char *suffix_of(const struct screen *s, const char *kind)
{
	size_t length = strlen(kind);

	return s->chosen.length && starts_with(s->chosen.bytes, kind) ? s->chosen.bytes + length : NULL;
}

const struct picture_finding *screen_finding(const struct screen *s)
{
	const char *key = suffix_of(s, "finding ");

	if (!key || !s->picture)
		return NULL;
	array_each (&s->picture->findings, f)
		if (f->key && streq(f->key, key))
			return f;
	return NULL;
}

const struct picture_program *screen_program(const struct screen *s)
{
	const char *identity = suffix_of(s, "program ");

	if (!identity || !s->picture)
		return NULL;
	array_each (&s->picture->programs, p)
		if (p->identity && streq(p->identity, identity))
			return p;
	return NULL;
}

static void add_title(struct roll *d, const char *label, const char *head, const char *rest, unsigned style)
{
	TEXT_CLEANUP t = { 0 };

	text_printf(&t, "%s%s", head ?: "", rest ?: "");
	struct roll_line *l = roll_wrap(d, 0, label, (unsigned)strlen(label), t.bytes, NULL);
	l->mark_from = (unsigned)strlen(label);
	l->mark_columns = (unsigned)text_columns(head ?: "");
	l->mark_style = style;
}

static void add_lines(struct roll *d, const picture_lines *lines)
{
	array_each (lines, l)
		roll_told(d, l);
}

/* As `unfin check` has it. */
static void make_verdict(const struct screen *s, struct roll *d)
{
	const struct picture *picture = s->picture;
	unsigned number = 0;

	add_title(d, "", picture->words, picture->circumstances, verdict_style(picture->verdict));
	roll_line_add(d, "");
	array_each (&picture->findings, f) {
		char label[32];
		snprintf(label, sizeof(label), f->effect ? "   and so: " : "%u. ", number + 1);
		number += !f->effect;
		add_title(d, label, f->head, f->rest, severity_style(f->severity));
		add_lines(d, &f->lines);
		roll_line_add(d, "");
	}
	roll_wrap(d, 0, "states", 9, picture->states ?: "", NULL);
	if (picture->states_normal)
		roll_wrap(d, 0, "", 9, picture->states_normal, NULL);
	array_each (&picture->gaps, g)
		roll_wrap(d, 0, "not seen ", 9, *g ?: "", NULL);
	if (picture->unwatched)
		roll_wrap(d, 0, "note", 9, picture->unwatched, NULL);
}

static void add_gone(struct roll *d, const char *what)
{
	TEXT_CLEANUP t = { 0 };

	text_printf(&t, "this %s is not there any more", what);
	roll_line_add(d, t.bytes);
}

static void make_finding(const struct screen *s, struct roll *d)
{
	const struct picture_finding *f = screen_finding(s);

	if (!f) {
		add_gone(d, "finding");
		return;
	}
	add_title(d, "", f->head, f->rest, severity_style(f->severity));
	add_lines(d, &f->lines);
	roll_line_add(d, "");
	if (f->life) {
		roll_line_add(d, "what the agent remembers of it:");
		roll_text(d, f->life);
	}
}

static void make_program(const struct screen *s, struct roll *d)
{
	const struct picture_program *p = screen_program(s);

	if (!p) {
		add_gone(d, "program");
		return;
	}
	add_title(d, "", p->name, "", STYLE_BOLD);
	add_lines(d, &p->lines);
}

static void make_explain(const struct screen *s, struct roll *d)
{
	struct mention m = { .topic = topic_find(&pages_all, s->topic ?: "") };
	const struct page_style style = { .color = true, .columns = MIN(d->columns, 100u) };
	TEXT_CLEANUP t = { 0 };

	if (m.topic)
		explain_text(&t, &m, NULL, &style);
	else
		text_printf(&t, "there is no page on %s\n", s->topic ?: "it");
	roll_text(d, t.bytes);
}

static void make_help(struct roll *d)
{
	static const char *const words[][2] = {
		{ "Unfinished", "the peer has finished and the program has not closed, or a finding counts it" },
		{ "Oldest", "so long ago the peer of one has finished" },
		{ "Growth", "of the finding, a minute; -: nothing proves that it grows" },
		{ "Left", "of the limit that ends first (ports, or descriptors), and when it ends" },
		{ "Peer", "the other end; `on`: its own, of a server" },
	};

	roll_line_add(d, "unfin top: what is wrong on this host, as it is now");
	roll_line_add(d, "");
	for (const struct action_row *row = action_rows(); row->keys; row++)
		roll_wrap(d, 2, row->keys, 31, row->help, NULL);
	roll_line_add(d, "");
	roll_wrap(d, 2, "mouse", 31, "a click chooses, a second one opens; the wheel scrolls", NULL);
	roll_line_add(d, "");
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		roll_wrap(d, 2, words[i][0], 31, words[i][1], NULL);
	roll_line_add(d, "");
	roll_wrap(d, 0, "", 0,
	          "Words, numbers and their order are those of `unfin check`; `unfin help fields` lists what an "
	          "expression may name.",
	          NULL);
}

void page_make(const struct screen *s, struct roll *ret)
{
	roll_begin(ret, s->columns);
	if (s->view == VIEW_HELP)
		make_help(ret);
	else if (s->view == VIEW_EXPLAIN)
		make_explain(s, ret);
	else if (s->view == VIEW_FINDING)
		make_finding(s, ret);
	else if (s->view == VIEW_PROGRAM)
		make_program(s, ret);
	else
		make_verdict(s, ret);
}
