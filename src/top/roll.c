#include "roll.h"
#include "view/check_lines.h"
#include "view/wrap.h"

void roll_begin(struct roll *d, unsigned columns)
{
	*d = (struct roll){ .arena = arena_new(), .columns = columns, .item = ITEM_NONE };
}

void roll_free(struct roll *d)
{
	array_free(&d->lines);
	array_free(&d->items);
	arena_free(d->arena);
}

struct roll_line *roll_line_add(struct roll *d, const char *text)
{
	struct roll_line *l = array_push(&d->lines);

	*l = (struct roll_line){ .text = arena_strdup(d->arena, text), .style = d->style, .item = d->item };
	return l;
}

void roll_text(struct roll *d, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		struct roll_line *l = array_push(&d->lines);
		*l = (struct roll_line){ .text = arena_strndup(d->arena, text, length),
			                 .style = d->style,
			                 .item = d->item };
		text += length + (text[length] == '\n');
	}
}

struct roll_line *roll_wrap(struct roll *d, unsigned indent, const char *label, unsigned label_columns,
                            const char *text, const char *command)
{
	TEXT_CLEANUP out = { 0 };
	struct wrap w = { .out = &out, .columns = d->columns };
	size_t first = d->lines.count;

	wrap_command(&w, indent, label, label_columns, text, command);
	roll_text(d, out.bytes);
	return &d->lines.items[first];
}

void roll_told(struct roll *d, const struct picture_line *l)
{
	TEXT_CLEANUP t = { 0 };

	text_printf(&t, "%s%s", l->text, l->command ? ":" : "");
	roll_wrap(d, FINDING_INDENT, l->label, FINDING_LABEL, t.bytes, l->command);
}

size_t roll_find(const struct roll *d, int item, size_t *ret_count)
{
	size_t first = 0;

	while (first < d->lines.count && d->lines.items[first].item != item)
		first++;
	size_t end = first;
	while (end < d->lines.count && d->lines.items[end].item == item)
		end++;
	*ret_count = end - first;
	return first;
}
