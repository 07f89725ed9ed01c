#include "row.h"
#include "base/memory.h"

enum { MINUTES_PER_DAY = 24 * 60, FIRST_ROOM = 16, ROW_NUMBER_BYTES_MOST = 16 };

static const uint64_t ms_per_day = 24ULL * 3600 * 1000;

void *row_push(struct row_set *set, enum row_class c)
{
	struct row_list *l = &set->of[c];
	size_t bytes = row_layout(c)->bytes;

	if (l->count == l->room) {
		l->room = l->room ? l->room * 2 : FIRST_ROOM;
		l->items = memory_resize(l->items, l->room, bytes);
	}
	return memset(l->items + l->count++ * bytes, 0, bytes);
}

const void *row_at(const struct row_set *set, enum row_class c, size_t index)
{
	return set->of[c].items + index * row_layout(c)->bytes;
}

void row_set_free(struct row_set *set)
{
	for (size_t c = 0; c < ROW_CLASSES; c++)
		free(set->of[c].items);
	*set = (struct row_set){ 0 };
}

uint16_t row_day(enum row_class c, const void *row)
{
	const struct row_layout *l = row_layout(c);

	for (const struct row_column *column = l->columns; l->day && column->name; column++) {
		const void *value = (const uint8_t *)row + column->offset;
		if (streq(column->name, l->day))
			return (uint16_t)(row_number(column->kind, value) /
			                  (column->kind == ROW_AT_MINUTE ? MINUTES_PER_DAY : ms_per_day));
	}
	return 0;
}

static void write_text(struct text *out, const char *text)
{
	size_t length = text ? strlen(text) : 0, rest = length;

	for (; rest >= 0x80; rest >>= 7)
		text_add_char(out, (char)(rest | 0x80));
	text_add_char(out, (char)rest);
	text_add_bytes(out, text ?: "", length);
}

void row_write(struct text *out, const struct row_column *columns, const void *from)
{
	for (const struct row_column *c = columns; c->name; c++) {
		const char *value = (const char *)from + c->offset;
		if (c->kind == ROW_TEXT) {
			write_text(out, *(const char *const *)(const void *)value);
			continue;
		}
		text_reserve(out, ROW_NUMBER_BYTES_MOST);
		row_copy(out->bytes + out->length, value, c->kind);
		out->length += row_kind_bytes(c->kind);
	}
	text_add(out, "");
}
