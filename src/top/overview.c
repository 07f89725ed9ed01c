/* The first screen: findings with what is needed of them, the states, and the programs. How much is told of a finding
 * depends on the room: first all that check says, and where that is too much, less and less, the effects' first: a root
 * tells who suffers from them, and which of their limits ends. What remains longest is who, when it ends, and who
 * suffers. */
#include "base/format.h"
#include "rule/finding.h"
#include "screen_parts.h"

enum { PROGRAMS_IN_VIEW = 4 }; /* so many rows are worth less of the findings */

/* Labels of finding_lines() that are told of a root, of an effect; in the order in which they are given up. */
static const struct level {
	const char *root, *effect;
	const char *brief; /* of these labels, the first line only */
	bool comfort;      /* that TIME-WAIT is normal */
} levels[] = {
	{ NULL, NULL, "", true }, /* all */
	{ "what since ends suffers calls now line", "what ends calls now", "", true },
	{ "what since ends suffers calls now line", "calls now", "", true },
	{ "what since ends suffers calls now line", "calls now", "", false },
	{ "what since ends suffers calls now", "calls", "", false },
	{ "since ends suffers now", "", "", false }, /* the rest of `what` is in the table of programs */
	{ "since ends suffers now", "", "suffers", false },
	{ "ends suffers now", "", "suffers", false },
	{ "since ends suffers now", "", "suffers now", false },
	{ "ends suffers now", "", "ends suffers now", false },
	{ "ends suffers", "", "ends suffers", false },
	{ "", "", "", false },
};

static bool is_listed(const char *label, const char *list)
{
	size_t length = strlen(label);

	for (const char *at = list; length && (at = strstr(at, label)); at += length)
		if ((at == list || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
			return true;
	return false;
}

static void add_heading(struct roll *d, const struct picture_finding *f, unsigned number)
{
	TEXT_CLEANUP text = { 0 }, label = { 0 };

	if (f->effect)
		text_add(&label, "   and so: ");
	else
		text_printf(&label, "%u. ", number);
	text_printf(&text, "%s%s", f->head ?: "", f->rest ?: "");
	struct roll_line *l = roll_wrap(d, 0, label.bytes, (unsigned)label.length, text.bytes, NULL);
	l->mark_from = (unsigned)label.length;
	l->mark_columns = (unsigned)strlen(f->head ?: "");
	l->mark_style = severity_style(f->severity);
}

static void add_finding(struct roll *d, const struct picture_finding *f, unsigned number, const struct level *level)
{
	const char *listed = f->effect ? level->effect : level->root, *label = "";
	unsigned of_label = 0;

	add_heading(d, f, number);
	array_each (&f->lines, l) {
		bool begins = l->label && *l->label;
		label = begins ? l->label : label;
		of_label = begins ? 1 : of_label + 1;
		bool spared = of_label > 1 && is_listed(label, level->brief);
		if (!listed || (is_listed(label, listed) && !spared))
			roll_told(d, l);
	}
}

static void begin_item(struct roll *d, const char *kind, const char *id, int finding, int program)
{
	struct roll_item *i = array_push(&d->items);

	*i = (struct roll_item){ arena_printf(d->arena, "%s %s", kind, id ?: ""), finding, program };
	d->item = (int)d->items.count - 1;
}

static void add_findings(struct roll *d, const struct picture *picture, const struct level *level)
{
	unsigned number = 0;

	array_each (&picture->findings, f) {
		begin_item(d, "finding", f->key, (int)(f - picture->findings.items), -1);
		number += !f->effect;
		add_finding(d, f, number, level);
		if (!level->root) { /* as on the page of check */
			roll_line_add(d, "");
		}
	}
	d->item = ITEM_NONE;
}

static void add_programs(struct roll *d, const struct picture *picture, enum program_order order)
{
	cleanup(cleanup_free) uint32_t *rows = programs_ordered(picture, order);
	TEXT_CLEANUP heading = { 0 };

	program_heading(&heading, d->columns);
	d->style = STYLE_BOLD;
	roll_line_add(d, heading.bytes);
	d->style = STYLE_PLAIN;
	for (size_t i = 0; i < picture->programs.count; i++) {
		const struct picture_program *p = &picture->programs.items[rows[i]];
		TEXT_CLEANUP t = { 0 };
		begin_item(d, "program", p->identity, -1, (int)rows[i]);
		program_row_add(&t, d->columns, p);
		roll_line_add(d, t.bytes);
	}
	d->item = ITEM_NONE;
	if (!picture->programs.count)
		roll_line_add(d, "no program in view has a connection");
}

static void add_states(struct roll *d, const struct screen *s, bool comfort)
{
	const struct picture *latest = s->count ?: s->picture;

	roll_wrap(d, 0, "states", 9, latest->states ?: "", NULL);
	if (s->picture->states_normal && comfort)
		roll_wrap(d, 0, "", 9, s->picture->states_normal, NULL);
}

static void make_at(const struct screen *s, const struct level *level, struct roll *d)
{
	roll_begin(d, s->columns - MARGIN);
	begin_item(d, "verdict", "", -1, -1);
	d->item = ITEM_NONE;
	add_findings(d, s->picture, level);
	add_states(d, s, level->comfort);
	add_programs(d, s->picture, s->order);
}

/* Rows at the end that may be out of view: of programs that have left nothing unfinished, before any other. */
static size_t rows_to_spare(const struct screen *s)
{
	size_t all = s->picture->programs.count, unfinished = 0;

	array_each (&s->picture->programs, p)
		unfinished += p->unfinished != 0;
	if (!unfinished || s->order != ORDER_UNFINISHED)
		unfinished = all;
	return all - MIN(unfinished, (size_t)PROGRAMS_IN_VIEW);
}

void overview_make(const struct screen *s, unsigned room, struct roll *ret)
{
	size_t spare = rows_to_spare(s);

	for (size_t i = 0;; i++) {
		make_at(s, &levels[i], ret);
		if (ret->lines.count <= room + spare || i + 1 == ARRAY_SIZE(levels))
			return;
		roll_free(ret);
	}
}

int overview_chosen(const struct screen *s, const struct roll *d)
{
	for (size_t i = 0; s->chosen.length && i < d->items.count; i++)
		if (streq(d->items.items[i].id, s->chosen.bytes))
			return (int)i;
	return MIN(MAX(s->chosen_at, 0), (int)d->items.count - 1);
}
