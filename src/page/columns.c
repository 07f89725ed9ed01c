#include "columns.h"
#include "base/json.h"
#include "model/hash.h"
#include "model/index.h"
#include "view/document.h"

/* What the page shows and its filters know. */
static const char *const names[] = { "state", "local", "peer", "recv_q", "send_q", "age_ms",  "age_class_ms", "comm",
	                             "pid",   "fd",    "user", "unit",   "role",   "unowned", "netns",        NULL };

/* The different texts of a column: a socket has the number of its own. */
struct dictionary {
	ARRAY(uint64_t) hashes;
	ARRAY(char *) words;
	struct index index;
};

static void dictionary_free(struct dictionary *d)
{
	array_each (&d->words, w)
		free(*w);
	array_free(&d->words);
	array_free(&d->hashes);
	index_free(&d->index);
}

static uint64_t hash_of(const char *word)
{
	uint64_t hash = 1;

	for (; *word; word++)
		hash = hash_word(hash, (uint8_t)*word);
	return hash ?: 1;
}

/* Two words of one hash stand under different ones: who chooses names cannot make two of them the same. */
static uint32_t dictionary_number(struct dictionary *d, const char *word)
{
	uint64_t hash = hash_of(word);
	uint32_t found = index_find(&d->index, hash);

	while (found != INDEX_NONE && !streq(d->words.items[found], word)) {
		hash = hash + 1 ?: 1;
		found = index_find(&d->index, hash);
	}
	if (found != INDEX_NONE)
		return found;
	*array_push(&d->hashes) = hash;
	*array_push(&d->words) = memory_strdup(word);
	index_move(&d->index, d->hashes.items);
	index_add(&d->index, (uint32_t)d->hashes.count - 1);
	return (uint32_t)d->hashes.count - 1;
}

static bool is_numeric(const struct field *f)
{
	return f->kind == VALUE_NUMBER || f->kind == VALUE_DURATION || f->kind == VALUE_NAMED;
}

typedef ARRAY(uint32_t) row_list;

static void rows_of(const struct moment *m, size_t most, row_list *ret, uint64_t *ret_left_out)
{
	for (size_t i = 0; i < m->sockets.count; i++) {
		const struct socket *s = &m->sockets.items[i];
		if (s->netns != NETNS_UNKNOWN && !m->netns.items[s->netns].in_scope)
			continue;
		if (ret->count < most)
			*array_push(ret) = (uint32_t)i;
		else
			(*ret_left_out)++;
	}
}

static void json_numbers(struct json *j, const struct moment *m, const struct field *f, const row_list *rows)
{
	TEXT_CLEANUP scratch = { 0 };

	json_array_begin(j, "values");
	array_each (rows, r) {
		struct value v = field_value(f, m, &m->sockets.items[*r], &scratch);
		if (v.kind == VALUE_NUMBER || v.kind == VALUE_NAMED)
			json_u64(j, NULL, v.number);
		else if (v.kind == VALUE_DURATION)
			json_u64(j, NULL, v.range.low);
		else
			json_none(j, NULL);
	}
	json_array_end(j);
}

/* Number 0 is what is not known. */
static void json_words(struct json *j, const struct moment *m, const struct field *f, const row_list *rows)
{
	cleanup(dictionary_free) struct dictionary d = { 0 };
	TEXT_CLEANUP scratch = { 0 };
	TEXT_CLEANUP word = { 0 };

	index_init(&d.index, NULL, sizeof(uint64_t), 0);
	dictionary_number(&d, "");
	json_array_begin(j, "numbers");
	array_each (rows, r) {
		struct value v = field_value(f, m, &m->sockets.items[*r], &scratch);
		word.length = 0;
		text_add(&word, "");
		value_format(&word, &v);
		json_u64(j, NULL, dictionary_number(&d, word.bytes));
	}
	json_array_end(j);
	json_array_begin(j, "words");
	array_each (&d.words, w)
		json_text(j, NULL, *w);
	json_array_end(j);
}

void columns_json(struct text *out, const struct moment *m, size_t most)
{
	struct json j = JSON(out, false);
	row_list rows = { 0 };
	uint64_t left_out = 0;

	rows_of(m, most, &rows, &left_out);
	document_begin(&j, "columns", m);
	json_u64(&j, "count", rows.count);
	json_u64(&j, "left_out", left_out);
	json_object_begin(&j, "columns");
	for (const char *const *name = names; *name; name++) {
		const struct field *f = field_find(*name);
		json_object_begin(&j, *name);
		if (is_numeric(f))
			json_numbers(&j, m, f, &rows);
		else
			json_words(&j, m, f, &rows);
		json_object_end(&j);
	}
	json_object_end(&j);
	document_end(&j);
	array_free(&rows);
}
