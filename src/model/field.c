#include "field.h"
#include "base/words.h"
#include <errno.h>

const struct field *field_find(const char *name)
{
	for (const struct field *f = field_table(); f->name; f++)
		if (word_equal(name, f->name) || (f->word && word_equal(name, f->word)))
			return f;
	return NULL;
}

int field_list_parse(const char *list, bool signs, struct arena *arena, field_list *ret, const char **ret_wrong)
{
	for (const char *at = list;; at++) {
		const char *word = at + strspn(at, " ");
		size_t length = strcspn(word, ",");
		bool descending = signs && *word == '-';
		at = word + length;
		while (length && word[length - 1] == ' ')
			length--;
		char *name = arena_strndup(arena, word + descending, length - descending);
		const struct field *f = field_find(name);
		if (!f) {
			*ret_wrong = name;
			return -EINVAL;
		}
		*array_push(ret) = (struct field_key){ f, descending };
		if (!*at)
			return 0;
	}
}

unsigned field_list_wants(const field_list *list)
{
	unsigned wants = 0;

	array_each (list, key)
		wants |= key->field->wants;
	return wants;
}

enum { JOINED_MOST = 64 }; /* different values of one socket's holders that are told apart */

static int compare_values(const void *a, const void *b)
{
	return value_compare(a, b);
}

static struct value join(struct value *values, size_t count, struct text *scratch)
{
	qsort(values, count, sizeof(*values), compare_values);
	scratch->length = 0;
	for (size_t i = 0; i < count; i++) {
		if (values[i].kind == VALUE_NONE || (i && value_equal(&values[i], &values[i - 1])))
			continue;
		if (scratch->length)
			text_add_char(scratch, ',');
		value_format(scratch, &values[i]);
	}
	return (struct value){ .kind = VALUE_TEXT, .text = scratch->bytes };
}

static struct value all_values(const struct field *f, const struct moment *m, const struct socket *s,
                               struct text *scratch)
{
	struct value values[JOINED_MOST];
	size_t count = 0;
	bool different = false;

	moment_each_holder (m, s, h) {
		if (count == JOINED_MOST)
			break;
		values[count] = f->get(f, m, s, h);
		different |= count && !value_equal(&values[count], &values[0]);
		count++;
	}
	return different ? join(values, count, scratch) : values[0];
}

struct value field_value(const struct field *f, const struct moment *m, const struct socket *s, struct text *scratch)
{
	const struct holder *first = moment_holder(m, s->first_holder);

	if (f->of_holder && first && first->next != HOLDER_NONE)
		return all_values(f, m, s, scratch);
	return f->get(f, m, s, first);
}
