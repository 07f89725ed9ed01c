#include "known.h"
#include "row/row.h"
#include <inttypes.h>

void known_bring_near(struct known *k, uint64_t now_ms)
{
	array_each (&k->items, f) {
		uint64_t near_ms = MIN(row_since_ms(f->opened_ms, now_ms), now_ms);
		k->changed |= near_ms != f->opened_ms;
		f->opened_ms = near_ms;
	}
}

uint64_t known_see(struct known *k, const char *key, uint64_t now_ms)
{
	array_each (&k->items, f)
		if (streq(f->key, key)) {
			f->seen = true;
			return f->opened_ms;
		}
	*array_push(&k->items) = (struct known_finding){ memory_strdup(key), now_ms, true };
	k->changed = true;
	return now_ms;
}

void known_end(struct known *k, known_ended *ended, void *context)
{
	size_t kept = 0;

	array_each (&k->items, f) {
		if (f->seen) {
			f->seen = false;
			k->items.items[kept++] = *f;
			continue;
		}
		ended(context, f->key, f->opened_ms);
		free(f->key);
		k->changed = true;
	}
	k->items.count = kept;
}

void known_write(const struct known *k, struct text *out)
{
	text_add(out, "");
	array_each (&k->items, f)
		text_printf(out, "%" PRIu64 " %s\n", f->opened_ms, f->key);
}

void known_read(struct known *k, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		char *end = NULL;
		uint64_t opened_ms = strtoull(text, &end, 10);
		if (opened_ms && *end == ' ' && end + 1 < text + length)
			*array_push(&k->items) =
			        (struct known_finding){ memory_strndup(end + 1, (size_t)(text + length - end - 1)),
				                        opened_ms, false };
		text += length + (text[length] == '\n');
	}
}

void known_free(struct known *k)
{
	array_each (&k->items, f)
		free(f->key);
	array_free(&k->items);
}
