/* From the model to the canvas: what is at the top always, and as much of the rest as fits. */
#include "base/format.h"
#include "rule/judgement.h"
#include "screen_parts.h"

enum { HEAD_LINES_MOST = 3, GAPS_SHOWN = 2, BARS = 2, STALE_MS = 30 * 1000 };

unsigned severity_style(uint64_t severity)
{
	static const unsigned styles[] = {
		[SEVERITY_INFO] = STYLE_BOLD,
		[SEVERITY_WARNING] = STYLE_BOLD | STYLE_YELLOW,
		[SEVERITY_CRITICAL] = STYLE_BOLD | STYLE_RED,
	};

	return severity < ARRAY_SIZE(styles) ? styles[severity] : STYLE_PLAIN;
}

unsigned verdict_style(uint64_t verdict)
{
	static const unsigned styles[] = {
		[VERDICT_OK] = STYLE_BOLD | STYLE_GREEN,
		[VERDICT_WARNING] = STYLE_BOLD | STYLE_YELLOW,
		[VERDICT_CRITICAL] = STYLE_BOLD | STYLE_RED,
		[VERDICT_UNKNOWN] = STYLE_BOLD | STYLE_YELLOW,
	};

	return verdict < ARRAY_SIZE(styles) ? styles[verdict] : STYLE_PLAIN;
}

static void add_verdict(struct roll *d, const struct picture *picture)
{
	TEXT_CLEANUP t = { 0 };

	text_printf(&t, "%s%s", picture->words ?: "", picture->circumstances ?: "");
	struct roll_line *l = roll_wrap(d, 0, "", 0, t.bytes, NULL);
	l->mark_columns = (unsigned)text_columns(picture->words ?: "");
	l->mark_style = verdict_style(picture->verdict);
	d->lines.count = MIN(d->lines.count, (size_t)HEAD_LINES_MOST);
}

/* A verdict is one on its moment: where that is not now, it is said before anything else. */
static void add_age(struct roll *d, const struct screen *s, uint64_t now_ms)
{
	const struct picture *picture = s->picture;
	uint64_t age_ms = now_ms > picture->taken_ms ? now_ms - picture->taken_ms : 0;
	TEXT_CLEANUP t = { 0 };

	if (!picture->shown && age_ms < STALE_MS + 2 * picture->interval_ms)
		return;
	text_add(&t, "as it was ");
	format_duration(&t, age_ms);
	text_add(&t, " ago");
	if (picture->shown)
		text_printf(&t, ": kept moment %llu of %llu; Left older, Right newer, t now",
		            (unsigned long long)picture->shown, (unsigned long long)picture->kept);
	d->style = STYLE_REVERSE;
	roll_wrap(d, 0, "", 0, t.bytes, NULL);
	d->style = STYLE_PLAIN;
}

static void add_trouble(struct roll *d, const struct picture_trouble *trouble)
{
	TEXT_CLEANUP t = { 0 };

	if (!trouble->what)
		return;
	text_printf(&t, "cannot see %s: %s%s%s", trouble->what, trouble->why ?: "", trouble->mend ? "; " : "",
	            trouble->mend ?: "");
	d->style = STYLE_BOLD | STYLE_RED;
	roll_wrap(d, 0, "", 0, t.bytes, NULL);
	d->style = STYLE_PLAIN;
}

/* Each its line, and all of them on the page of the verdict. */
static void add_gaps(struct roll *d, const struct picture *picture)
{
	for (size_t i = 0; i < picture->gaps.count; i++) {
		TEXT_CLEANUP t = { 0 };
		bool last = i + 1 == GAPS_SHOWN && picture->gaps.count > GAPS_SHOWN;
		if (i == GAPS_SHOWN)
			return;
		text_add(&t, "not seen ");
		if (last)
			text_printf(&t, "%zu more: open the verdict (g, Enter)", picture->gaps.count - i);
		else
			text_add_shown(&t, picture->gaps.items[i] ?: "");
		d->style = STYLE_YELLOW;
		roll_line_add(d, t.bytes);
		d->style = STYLE_PLAIN;
	}
}

void head_make(const struct screen *s, uint64_t now_ms, struct roll *ret)
{
	roll_begin(ret, s->columns - MARGIN);
	if (!s->picture || (!s->picture->seen && !s->picture->trouble.what))
		roll_line_add(ret, "looking ...");
	if (!s->picture)
		return;
	if (s->picture->seen)
		add_verdict(ret, s->picture);
	if (s->picture->seen)
		add_age(ret, s, now_ms);
	add_trouble(ret, &s->picture->trouble);
	add_gaps(ret, s->picture);
}

/* The margin shows what is chosen, with no colour needed. */
static void draw_line(struct canvas *c, unsigned row, unsigned left, const struct roll_line *l, bool chosen, bool first)
{
	unsigned style = l->style | (chosen && first ? STYLE_REVERSE : 0);

	canvas_put(c, row, left, c->columns, style, l->text);
	canvas_mark(c, row, left + l->mark_from, l->mark_columns, l->mark_style);
	if (chosen && left)
		canvas_put(c, row, 0, 1, STYLE_BOLD, first ? ">" : "|");
}

static void draw_head(struct screen *s, struct canvas *c, const struct roll *d, bool chosen)
{
	s->head_rows = (unsigned)MIN(d->lines.count, (size_t)MAX(c->rows, 6u) - 6);
	for (unsigned i = 0; i < s->head_rows; i++)
		draw_line(c, i, MARGIN, &d->lines.items[i], chosen, i == 0);
}

/* All of the item that is chosen is in view, if that can be; else its beginning. */
static void keep_in_view(struct screen *s, const struct roll *d, int chosen, unsigned room)
{
	size_t count, first = roll_find(d, chosen, &count);
	size_t most = d->lines.count > room ? d->lines.count - room : 0;

	if (!count)
		first = 0; /* the verdict: it is above all lines */
	if (first + count > s->top + room)
		s->top = (unsigned)(first + count - room);
	if (first < s->top)
		s->top = (unsigned)first;
	s->top = (unsigned)MIN((size_t)s->top, most);
}

static void draw_overview(struct screen *s, struct canvas *c, uint64_t now_ms)
{
	struct roll head, d;
	unsigned end = c->rows - BARS;

	head_make(s, now_ms, &head);
	draw_head(s, c, &head, false);
	if (s->picture && s->picture->seen && s->head_rows < end) {
		unsigned room = end - s->head_rows;
		overview_make(s, room, &d);
		int chosen = overview_chosen(s, &d);
		keep_in_view(s, &d, chosen, room);
		draw_head(s, c, &head, chosen == 0);
		for (size_t i = s->top; i < d.lines.count && i - s->top < room; i++) {
			const struct roll_line *l = &d.lines.items[i];
			bool first = l->item != ITEM_NONE && (!i || l[-1].item != l->item);
			draw_line(c, s->head_rows + (unsigned)i - s->top, MARGIN, l,
			          l->item == chosen && l->item != ITEM_NONE, first);
		}
		roll_free(&d);
	}
	roll_free(&head);
}

static void draw_page(struct screen *s, struct canvas *c)
{
	struct roll d;
	unsigned room = c->rows - BARS;

	page_make(s, &d);
	s->page_lines = (unsigned)d.lines.count;
	s->page_top = MIN(s->page_top, s->page_lines > room ? s->page_lines - room : 0);
	for (unsigned i = 0; i < room && s->page_top + i < s->page_lines; i++)
		draw_line(c, i, 0, &d.lines.items[s->page_top + i], false, false);
	roll_free(&d);
}

void screen_draw(struct screen *s, struct canvas *c, uint64_t now_ms)
{
	canvas_begin(c, s->rows, s->columns);
	if (c->rows < SCREEN_ROWS_LEAST || c->columns < SCREEN_COLUMNS_LEAST) {
		canvas_put(c, 0, 0, c->columns, STYLE_PLAIN, "too small: 40x10 at least");
		return;
	}
	if (s->view != VIEW_OVERVIEW &&
	    (s->view == VIEW_HELP || s->view == VIEW_EXPLAIN || (s->picture && s->picture->seen)))
		draw_page(s, c);
	else
		draw_overview(s, c, now_ms);
	bars_draw(s, c, now_ms);
}
