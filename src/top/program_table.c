/* Columns of programs. At 80 columns all of them are there; what is wider than its column is cut at a `+`. */
#include "base/format.h"
#include "base/utf8.h"
#include "screen_parts.h"

enum { NAME_LEAST = 19, NAME_MOST = 48, GROWTH_TENTHS_BELOW = 10000 };

struct column {
	const char *heading;
	unsigned width; /* 0: the name's, or what is left of the line */
	bool right;
};

static const struct column table[] = {
	[ORDER_NAME] = { "Program", 0, false }, [ORDER_UNFINISHED] = { "Unfinished", 10, true },
	[ORDER_OLDEST] = { "Oldest", 6, true }, [ORDER_GROWTH] = { "Growth", 8, true },
	[ORDER_LEFT] = { "Left", 14, true },    [ORDER_PEER] = { "Peer", 0, false },
};
static const enum program_order shown[] = { ORDER_NAME,   ORDER_UNFINISHED, ORDER_OLDEST,
	                                    ORDER_GROWTH, ORDER_LEFT,       ORDER_PEER };

const char *program_order_name(enum program_order order)
{
	return table[order].heading;
}

static unsigned name_width(unsigned columns)
{
	unsigned rest = columns > 80 ? (columns - 80) / 2 : 0;

	return MIN(NAME_LEAST + rest, (unsigned)NAME_MOST);
}

/* What a cut leaves: of a program the pid, for that is what one types; of all else nothing. */
static const char *tail_of(const char *value, unsigned width)
{
	const char *pid = strrchr(value, '[');

	return pid && text_columns(pid) + 2 <= width ? pid : value + strlen(value);
}

/* Padded to its width, or cut. */
static void add_column(struct text *t, const char *value, unsigned width, bool right)
{
	size_t columns = text_columns(value), bytes = 0, taken = 0;
	const char *tail = tail_of(value, width);
	size_t room = width - 1 - text_columns(tail);

	if (columns <= width) {
		text_pad(t, ' ', right ? width - columns : 0);
		text_add(t, value);
		text_pad(t, ' ', right ? 0 : width - columns);
		return;
	}
	while (value[bytes]) {
		size_t length = (size_t)MAX(utf8_valid(value + bytes), 1), wide = utf8_columns(value + bytes, length);
		if (taken + wide > room)
			break;
		taken += wide;
		bytes += length;
	}
	text_add_bytes(t, value, bytes);
	text_add_char(t, '+');
	text_add(t, tail);
	text_pad(t, ' ', room - taken);
}

static void format_left(struct text *t, const struct picture_program *p)
{
	if (!p->left_known) {
		text_add_char(t, '-');
		return;
	}
	format_count(t, p->left);
	if (!p->left_ends_ms) {
		text_printf(t, " %.5s", p->left_unit ?: "");
		return;
	}
	text_printf(t, " %.5s ", p->left_unit ?: "");
	format_short(t, p->left_ends_ms);
}

static void format_cell(struct text *t, const struct picture_program *p, enum program_order column)
{
	switch (column) {
	case ORDER_NAME:
		text_add(t, p->name ?: "");
		break;
	case ORDER_UNFINISHED:
		format_count(t, p->unfinished);
		break;
	case ORDER_OLDEST:
		if (p->oldest_known && p->unfinished)
			format_short(t, p->oldest_ms);
		else
			text_add_char(t, '-');
		break;
	case ORDER_GROWTH:
		if (!p->growth_known)
			text_add_char(t, '-');
		else if (p->growth_milli && p->growth_milli < GROWTH_TENTHS_BELOW)
			text_printf(t, "%.1f/min", (double)p->growth_milli / 1e3);
		else
			text_printf(t, "%llu/min", (unsigned long long)p->growth_milli / 1000);
		break;
	case ORDER_LEFT:
		format_left(t, p);
		break;
	default:
		text_add(t, p->peer ?: "-");
	}
}

void program_heading(struct text *t, unsigned columns)
{
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++) {
		const struct column *c = &table[shown[i]];
		text_add(t, i ? " " : "");
		if (shown[i] == ORDER_PEER)
			text_add(t, c->heading);
		else
			add_column(t, c->heading, c->width ?: name_width(columns), c->right);
	}
}

void program_row_add(struct text *t, unsigned columns, const struct picture_program *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++) {
		const struct column *c = &table[shown[i]];
		TEXT_CLEANUP cell = { 0 };
		format_cell(&cell, p, shown[i]);
		text_add(t, i ? " " : "");
		if (shown[i] == ORDER_PEER)
			text_add(t, cell.bytes);
		else
			add_column(t, cell.bytes, c->width ?: name_width(columns), c->right);
	}
}

/* The most urgent first: what is not known comes last. */
static int compare(const struct picture_program *a, const struct picture_program *b, enum program_order order)
{
	switch (order) {
	case ORDER_OLDEST:
		return CMP(b->unfinished && b->oldest_known, a->unfinished && a->oldest_known)
		               ?: CMP(b->oldest_ms, a->oldest_ms);
	case ORDER_GROWTH:
		return CMP(b->growth_milli, a->growth_milli);
	case ORDER_LEFT:
		return CMP(!a->left_ends_ms, !b->left_ends_ms) ?: CMP(a->left_ends_ms, b->left_ends_ms)
		       ?: CMP(!a->left_known, !b->left_known) ?: CMP(a->left, b->left);
	case ORDER_PEER:
		return strcmp(a->peer ?: "", b->peer ?: "");
	case ORDER_NAME:
		return strcmp(a->name ?: "", b->name ?: "");
	default:
		return 0;
	}
}

/* Insertion keeps the order of equals, which is that of the picture: the most unfinished first. Rows are few. */
uint32_t *programs_ordered(const struct picture *picture, enum program_order order)
{
	size_t count = picture->programs.count;
	uint32_t *rows = memory_resize(NULL, MAX(count, (size_t)1), sizeof(*rows));

	for (uint32_t i = 0; i < count; i++) {
		const struct picture_program *p = &picture->programs.items[i];
		size_t at = i;
		for (; at && compare(p, &picture->programs.items[rows[at - 1]], order) < 0; at--)
			rows[at] = rows[at - 1];
		rows[at] = i;
	}
	return rows;
}
