#include "screen.h"
#include "action.h"
#include "model/message/topic.h"
#include "screen_parts.h"
#include "view/pages.h"

enum { BARS = 2, CHOSEN_FIRST = 1 }; /* lines at the bottom; the item that is chosen at first: the first finding */

void screen_begin(struct screen *s, unsigned rows, unsigned columns)
{
	*s = (struct screen){ .rows = rows, .columns = columns, .chosen_at = CHOSEN_FIRST };
	text_add(&s->filter, "");
	text_add(&s->chosen, "");
}

void screen_free(struct screen *s)
{
	picture_free(s->picture);
	picture_free(s->count);
	text_free(&s->chosen);
	text_free(&s->filter);
	prompt_free(&s->prompt);
}

void screen_take(struct screen *s, struct picture *picture)
{
	if (picture->same) {
		picture_free(picture);
		return;
	}
	picture_free(s->count);
	s->count = picture->counted ? picture : NULL;
	if (s->count)
		return;
	picture_free(s->picture);
	s->picture = picture;
}

bool screen_shows_counts(const struct screen *s)
{
	return s->view == VIEW_OVERVIEW && !s->paused && !s->back;
}

struct picture_order screen_order(const struct screen *s)
{
	return (struct picture_order){
		.filter = s->filter.length ? s->filter.bytes : NULL,
		.columns = s->columns,
		.back = s->back,
	};
}

static bool has_moment(const struct screen *s)
{
	return s->picture && s->picture->seen;
}

static bool is_page(const struct screen *s)
{
	return s->view != VIEW_OVERVIEW;
}

static unsigned page_room(const struct screen *s)
{
	return s->rows > BARS ? s->rows - BARS : 1;
}

/* By so many items, or to the item that is named. */
static void choose(struct screen *s, const struct roll *d, int at)
{
	at = MIN(MAX(at, 0), (int)d->items.count - 1);
	s->chosen.length = 0;
	text_add(&s->chosen, d->items.items[at].id);
	s->chosen_at = at;
}

static int next_part(const struct roll *d, int at)
{
	bool program = d->items.items[at].program >= 0;

	for (size_t i = 0; i < d->items.count; i++)
		if (program ? d->items.items[i].program < 0 && i > 0 : d->items.items[i].program >= 0)
			return (int)i;
	return program ? 0 : at;
}

static int clamp(int64_t at, int64_t most)
{
	return (int)MIN(MAX(at, (int64_t)0), most);
}

/* Several keys may come before the page is drawn. */
static void measure_page(struct screen *s)
{
	struct roll d;

	page_make(s, &d);
	s->page_lines = (unsigned)d.lines.count;
	roll_free(&d);
}

static void scroll_page(struct screen *s, enum action a)
{
	measure_page(s);
	unsigned room = page_room(s), most = s->page_lines > room ? s->page_lines - room : 0;
	int64_t to = s->page_top;

	to += a == ACTION_DOWN ? 1 : a == ACTION_UP ? -1 : 0;
	to += a == ACTION_PAGE_DOWN ? room - 1 : a == ACTION_PAGE_UP ? 1 - (int64_t)room : 0;
	to = a == ACTION_FIRST ? 0 : a == ACTION_LAST ? most : to;
	s->page_top = (unsigned)clamp(to, most);
}

static void move(struct screen *s, enum action a)
{
	struct roll d;

	bool needs_moment = s->view != VIEW_HELP && s->view != VIEW_EXPLAIN;
	if (needs_moment && !has_moment(s))
		return;
	if (is_page(s)) {
		scroll_page(s, a);
		return;
	}
	overview_make(s, s->rows, &d);
	int at = overview_chosen(s, &d), page = (int)page_room(s) / 2;
	switch (a) {
	case ACTION_UP:
		at--;
		break;
	case ACTION_DOWN:
		at++;
		break;
	case ACTION_PAGE_UP:
		at -= page;
		break;
	case ACTION_PAGE_DOWN:
		at += page;
		break;
	case ACTION_PART:
		at = next_part(&d, at);
		break;
	default:
		at = a == ACTION_FIRST ? 0 : (int)d.items.count;
	}
	choose(s, &d, at);
	roll_free(&d);
}

static void open_view(struct screen *s, enum view view)
{
	s->view = view;
	s->page_top = 0;
}

static void open_chosen(struct screen *s)
{
	struct roll d;

	if (!has_moment(s) || is_page(s))
		return;
	overview_make(s, s->rows, &d);
	int at = overview_chosen(s, &d);
	choose(s, &d, at);
	const struct roll_item *i = &d.items.items[at];
	open_view(s, i->finding >= 0 ? VIEW_FINDING : i->program >= 0 ? VIEW_PROGRAM : VIEW_VERDICT);
	roll_free(&d);
}

/* The cause of the finding that is chosen, or of the first. */
static void explain(struct screen *s)
{
	struct roll d;

	if (!has_moment(s) || s->view == VIEW_HELP || s->view == VIEW_EXPLAIN)
		return;
	overview_make(s, s->rows, &d);
	choose(s, &d, overview_chosen(s, &d));
	roll_free(&d);
	const struct picture_finding *f = screen_finding(s);
	if (!f && s->picture->findings.count)
		f = &s->picture->findings.items[0];
	const struct topic *topic = f && f->id ? topic_find(&pages_all, f->id) : NULL;
	if (!topic) {
		s->message = "no finding, nothing to explain";
		return;
	}
	s->topic = topic->name;
	s->before_explain = s->view;
	open_view(s, VIEW_EXPLAIN);
}

static unsigned back_to_now(struct screen *s)
{
	s->back = 0;
	s->plays = false;
	return WISH_ORDER;
}

static unsigned go_back(struct screen *s)
{
	switch (s->view) {
	case VIEW_HELP:
		open_view(s, s->before_help);
		return WISH_NOTHING;
	case VIEW_EXPLAIN:
		open_view(s, s->before_explain);
		return WISH_NOTHING;
	case VIEW_OVERVIEW:
		break;
	default:
		open_view(s, VIEW_OVERVIEW);
		return WISH_NOTHING;
	}
	if (s->back)
		return back_to_now(s);
	if (!s->filter.length)
		return WISH_NOTHING;
	s->filter.length = 0;
	s->filter.bytes[0] = '\0';
	return WISH_ORDER;
}

static unsigned step(struct screen *s, bool older)
{
	uint64_t kept = s->picture ? s->picture->kept : 0;

	s->plays = false;
	if (older)
		s->back = MIN(s->back + 1, kept);
	else if (s->back > 1)
		s->back--;
	else
		return back_to_now(s);
	return WISH_ORDER;
}

static unsigned replay(struct screen *s)
{
	if (s->back)
		return back_to_now(s);
	if (!s->picture || !s->picture->kept) {
		s->message = s->picture && s->picture->unread
		                     ? "nothing to replay: what the agent has kept here cannot be read"
		                     : "nothing to replay: no agent has kept moments here (unfin agent)";
		return WISH_NOTHING;
	}
	s->back = s->picture->kept;
	s->plays = true;
	s->paused = false;
	return WISH_ORDER;
}

unsigned screen_tick(struct screen *s)
{
	if (!s->plays || s->paused)
		return WISH_NOTHING;
	if (s->back > 1) {
		s->back--;
		return WISH_ORDER;
	}
	return back_to_now(s);
}

static unsigned sideways(struct screen *s, bool right)
{
	if (s->back && !is_page(s))
		return step(s, !right);
	if (right)
		open_chosen(s);
	else if (is_page(s))
		return go_back(s);
	return WISH_NOTHING;
}

static unsigned perform(struct screen *s, enum action a)
{
	switch (a) {
	case ACTION_NONE:
		return WISH_NOTHING;
	case ACTION_LEFT:
	case ACTION_RIGHT:
		return sideways(s, a == ACTION_RIGHT);
	case ACTION_OPEN:
		open_chosen(s);
		return WISH_NOTHING;
	case ACTION_BACK:
		return go_back(s);
	case ACTION_EXPLAIN:
		explain(s);
		return WISH_NOTHING;
	case ACTION_FILTER:
		prompt_begin(&s->prompt, s->filter.bytes);
		return WISH_NOTHING;
	case ACTION_SORT:
		s->order = (s->order + 1) % ORDER_COUNT;
		return WISH_NOTHING;
	case ACTION_LOOK:
		return WISH_LOOK;
	case ACTION_PAUSE:
		s->paused = !s->paused;
		return WISH_NOTHING;
	case ACTION_REPLAY:
		return replay(s);
	case ACTION_HELP:
		s->before_help = s->view == VIEW_HELP ? s->before_help : s->view;
		open_view(s, VIEW_HELP);
		return WISH_NOTHING;
	case ACTION_REDRAW:
		return WISH_REDRAW;
	case ACTION_QUIT:
		return is_page(s) ? go_back(s) : WISH_QUIT;
	case ACTION_END:
		return WISH_QUIT;
	case ACTION_SUSPEND:
		return WISH_SUSPEND;
	case ACTION_INTERRUPT:
		return WISH_QUIT | WISH_INTERRUPT;
	default:
		move(s, a);
		return WISH_NOTHING;
	}
}

/* A click chooses, and opens what is chosen already; below all it is a key of the footer. */
static unsigned click(struct screen *s, const struct key *k, bool twice)
{
	struct roll d;

	if (k->row + 1 == s->rows)
		return perform(s, bars_action_at(s, k->column));
	if (is_page(s) || !has_moment(s) || k->row + BARS >= s->rows)
		return WISH_NOTHING;
	overview_make(s, s->rows - BARS - s->head_rows, &d);
	size_t line = k->row < s->head_rows ? SIZE_MAX : s->top + k->row - s->head_rows;
	int item = line == SIZE_MAX ? 0 : line < d.lines.count ? d.lines.items[line].item : ITEM_NONE;
	bool again = item != ITEM_NONE && item == overview_chosen(s, &d);
	if (item != ITEM_NONE)
		choose(s, &d, item);
	roll_free(&d);
	if (item != ITEM_NONE && (again || twice))
		open_chosen(s);
	return WISH_NOTHING;
}

static unsigned type(struct screen *s, const struct key *k)
{
	enum prompt_end end = prompt_key(&s->prompt, k);

	if (end != PROMPT_DONE)
		return WISH_NOTHING;
	s->filter.length = 0;
	text_add(&s->filter, s->prompt.text.bytes);
	s->view = VIEW_OVERVIEW;
	return WISH_ORDER;
}

unsigned screen_key(struct screen *s, const struct key *k)
{
	s->message = NULL;
	if (k->kind == KEY_KIND_RESIZE) {
		s->rows = k->row;
		s->columns = k->column;
		return WISH_REDRAW;
	}
	if (s->prompt.open && action_of(k) != ACTION_INTERRUPT)
		return type(s, k);
	if (k->kind == KEY_KIND_CLICK || k->kind == KEY_KIND_CLICK_TWICE)
		return click(s, k, k->kind == KEY_KIND_CLICK_TWICE);
	if (k->kind == KEY_KIND_WHEEL_UP || k->kind == KEY_KIND_WHEEL_DOWN)
		return perform(s, k->kind == KEY_KIND_WHEEL_UP ? ACTION_UP : ACTION_DOWN);
	return perform(s, action_of(k));
}
