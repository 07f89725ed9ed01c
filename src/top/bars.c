/* The two lines at the bottom: what is in force, and the keys; or the prompt, and what is wrong with it. */
#include "base/format.h"
#include "base/utf8.h"
#include "screen_parts.h"

static const char separator[] = " | ";

static uint64_t age_of(const struct picture *picture, uint64_t now_ms)
{
	return now_ms > picture->taken_ms ? now_ms - picture->taken_ms : 0;
}

/* Not less than it is. */
static void add_every(struct text *t, uint64_t ms)
{
	text_add(t, "every ");
	format_short(t, ms < MS_PER_S ? ms : ms + MS_PER_S - 1);
}

static void add_age(struct text *t, uint64_t age_ms)
{
	if (age_ms < MS_PER_S) {
		text_add(t, "just now");
		return;
	}
	format_short(t, age_ms - age_ms % MS_PER_S);
	text_add(t, " ago");
}

static void add_count_age(struct text *t, const struct screen *s, uint64_t now_ms)
{
	uint64_t age_ms = age_of(s->count ?: s->picture, now_ms);

	text_add(t, "; states ");
	if (age_ms > 2 * s->count_ms + MS_PER_S)
		add_age(t, age_ms);
	else
		add_every(t, s->count_ms);
}

/* Whose moment it is; where looks are rare, when the last one was: all is of that, but the states if they are counted.
 */
static void add_source(struct text *t, const struct screen *s, uint64_t now_ms)
{
	bool rare = s->pace_ms && s->picture && !s->back;

	if (!rare || !s->count_ms)
		text_add_shown(t, s->picture && s->picture->source ? s->picture->source : "looking ...");
	if (!rare)
		return;
	text_printf(t, "%slooks cost much: ", s->count_ms ? "" : separator);
	add_every(t, s->pace_ms);
	text_add(t, ", ");
	add_age(t, age_of(s->picture, now_ms));
	if (s->count_ms && s->view == VIEW_OVERVIEW)
		add_count_age(t, s, now_ms);
}

static void add_status(struct text *t, const struct screen *s, uint64_t now_ms)
{
	add_source(t, s, now_ms);
	if (s->view != VIEW_OVERVIEW) {
		text_printf(t, "%sline %u of %u", separator, s->page_top + 1, MAX(s->page_lines, 1u));
		return;
	}
	if (s->plays)
		text_printf(t, "%sreplaying", separator);
	if (s->paused)
		text_printf(t, "%spaused (p goes on)", separator);
	text_printf(t, "%sprograms by %s", separator, program_order_name(s->order));
	if (s->filter.length)
		text_printf(t, "%sfilter: %s", separator, s->filter.bytes);
}

static void draw_status(const struct screen *s, struct canvas *c, uint64_t now_ms)
{
	TEXT_CLEANUP t = { 0 };

	if (s->message)
		text_add(&t, s->message);
	else
		add_status(&t, s, now_ms);
	canvas_put(c, c->rows - 2, 0, c->columns, s->message ? STYLE_BOLD : STYLE_DIM, t.bytes);
}

static bool is_offered(const struct screen *s, const struct action_row *row)
{
	static const unsigned of_overview =
	        1U << ACTION_OPEN | 1U << ACTION_SORT | 1U << ACTION_PAUSE | 1U << ACTION_REPLAY;
	static const unsigned of_page = 1U << ACTION_BACK | 1U << ACTION_PAGE_DOWN;
	bool page = s->view != VIEW_OVERVIEW;
	unsigned bit = 1U << row->action;

	if (!row->footer || bit & (page ? of_overview : of_page))
		return false;
	return row->action != ACTION_EXPLAIN || (s->view != VIEW_EXPLAIN && s->view != VIEW_HELP);
}

/* Columns that it takes, with the gap behind it. */
static unsigned width_of(const struct action_row *row)
{
	return (unsigned)(strlen(row->footer_key) + strlen(row->footer)) + 3;
}

static void draw_keys(const struct screen *s, struct canvas *c)
{
	unsigned column = 0;

	for (const struct action_row *row = action_rows(); row->keys; row++) {
		if (!is_offered(s, row))
			continue;
		unsigned at = canvas_put(c, c->rows - 1, column, c->columns, STYLE_REVERSE, row->footer_key);
		canvas_put(c, c->rows - 1, at + 1, c->columns, STYLE_PLAIN, row->footer);
		column += width_of(row);
	}
}

enum action bars_action_at(const struct screen *s, unsigned column)
{
	unsigned from = 0;

	for (const struct action_row *row = action_rows(); row->keys; row++) {
		if (!is_offered(s, row))
			continue;
		if (column >= from && column + 2 < from + width_of(row))
			return row->action;
		from += width_of(row);
	}
	return ACTION_NONE;
}

/* The text without its first columns. */
static const char *behind_columns(const char *text, unsigned columns)
{
	for (unsigned at = 0; at < columns && *text;) {
		size_t length = (size_t)MAX(utf8_valid(text), 1);
		at += (unsigned)utf8_columns(text, length);
		text += length;
	}
	return text;
}

/* The expression, and below the place where it is wrong, why. */
static void draw_prompt(const struct screen *s, struct canvas *c)
{
	static const char label[] = "filter: ";
	const struct prompt *p = &s->prompt;
	unsigned left = (unsigned)strlen(label), row = c->rows - 2, room = c->columns - left - 1;
	unsigned cursor = prompt_cursor_column(p), first = cursor > room ? cursor - room : 0;

	canvas_put(c, row, 0, left, STYLE_BOLD, label);
	canvas_put(c, row, left, c->columns, STYLE_PLAIN, behind_columns(p->text.bytes, first));
	c->cursor_row = (int)row;
	c->cursor_column = (int)(left + cursor - first);
	if (!p->wrong_column) {
		canvas_put(c, row + 1, 0, c->columns, STYLE_DIM,
		           p->text.length ? "Enter: show only these; Esc: as before"
		                          : "like: state == close-wait and age > 10m; Enter with nothing: all");
		return;
	}
	TEXT_CLEANUP t = { 0 };
	unsigned at = left + (unsigned)p->wrong_column - 1;
	text_printf(&t, "^ %s", p->message.bytes);
	at = at > first ? at - first : left;
	if (at + text_columns(t.bytes) > c->columns) /* left of the place there is room */
		at = text_columns(t.bytes) < c->columns ? c->columns - (unsigned)text_columns(t.bytes) : 0;
	canvas_put(c, row + 1, at, c->columns, STYLE_BOLD, t.bytes);
	canvas_mark(c, row, left + (unsigned)p->wrong_column - 1 - MIN(first, (unsigned)p->wrong_column - 1), 1,
	            STYLE_REVERSE);
}

void bars_draw(const struct screen *s, struct canvas *c, uint64_t now_ms)
{
	if (s->prompt.open) {
		draw_prompt(s, c);
		return;
	}
	draw_status(s, c, now_ms);
	draw_keys(s, c);
}
