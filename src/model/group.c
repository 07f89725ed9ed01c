#include "group.h"
#include "base/words.h"
#include <errno.h>

void groups_init(struct groups *g, const field_list *fields)
{
	*g = (struct groups){ .fields = fields, .arena = arena_new() };
	index_init(&g->index, NULL, sizeof(struct group), 0);
}

void groups_free(struct groups *g)
{
	array_free(&g->rows);
	index_free(&g->index);
	text_free(&g->key);
	text_free(&g->scratch);
	arena_free(g->arena);
	*g = (struct groups){ 0 };
}

static void key_add(struct text *key, const struct value *v)
{
	text_add_char(key, (char)v->kind);
	switch (v->kind) {
	case VALUE_NONE:
		break;
	case VALUE_TEXT:
	case VALUE_WORD:
		text_add_bytes(key, v->text, strlen(v->text) + 1);
		break;
	case VALUE_ADDRESS:
		text_add_bytes(key, (const char *)&v->endpoint.addr, sizeof(v->endpoint.addr));
		break;
	case VALUE_ENDPOINT:
		text_add_bytes(key, (const char *)&v->endpoint.addr, sizeof(v->endpoint.addr));
		text_add_bytes(key, (const char *)&v->endpoint.port, sizeof(v->endpoint.port));
		break;
	case VALUE_DURATION:
		text_add_bytes(key, (const char *)&v->range, sizeof(v->range));
		break;
	case VALUE_HOLDERS: /* a text before it comes here: see group_value() */
		break;
	case VALUE_CONTAINER: /* by its id: it has many processes, and another may have its name */
		text_add_bytes(key, v->process->container, strlen(v->process->container) + 1);
		break;
	default:
		text_add_bytes(key, (const char *)&v->number, sizeof(v->number));
	}
}

/* FNV-1a over the bytes, 8 at a time; never 0, which the index keeps for itself. */
static uint64_t key_hash(const struct text *key)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	for (size_t at = 0; at < key->length; at += sizeof(uint64_t)) {
		uint64_t piece = 0;
		memcpy(&piece, key->bytes + at, MIN(sizeof(piece), key->length - at));
		hash = (hash ^ piece) * 0x100000001b3ULL;
		hash ^= hash >> 29;
	}
	return hash ?: 1;
}

/* Processes as the table writes them: what else would two sockets have in common? */
static struct value group_value(const struct field *f, const struct moment *m, const struct socket *s,
                                struct text *scratch)
{
	struct value v = field_value(f, m, s, scratch);

	if (v.kind != VALUE_HOLDERS)
		return v;
	scratch->length = 0;
	value_format(scratch, &v);
	return value_text(scratch->length ? scratch->bytes : NULL);
}

static struct group *group_new(struct groups *g, uint64_t hash, const struct moment *m, const struct socket *s)
{
	struct group *row = array_push(&g->rows);
	size_t i = 0;

	*row = (struct group){
		.hash = hash,
		.key = memcpy(arena_alloc(g->arena, g->key.length), g->key.bytes, g->key.length),
		.key_length = g->key.length,
		.values = arena_alloc(g->arena, g->fields->count * sizeof(struct value)),
	};
	array_each (g->fields, key) {
		struct value v = group_value(key->field, m, s, &g->scratch);
		if (v.kind == VALUE_TEXT)
			v.text = arena_strdup(g->arena, v.text);
		row->values[i++] = v;
	}
	index_move(&g->index, &g->rows.items[0].hash);
	index_add(&g->index, (uint32_t)g->rows.count - 1);
	return row;
}

static struct group *group_find(struct groups *g, const struct moment *m, const struct socket *s)
{
	uint64_t hash = key_hash(&g->key);

	for (;; hash = hash + 1 ?: 1) {
		uint32_t at = index_find(&g->index, hash);
		if (at == INDEX_NONE)
			return group_new(g, hash, m, s);
		struct group *row = &g->rows.items[at];
		if (row->key_length == g->key.length && !memcmp(row->key, g->key.bytes, g->key.length))
			return row;
	}
}

void groups_add(struct groups *g, const struct moment *m, const struct socket *s)
{
	struct age age = socket_age(s);

	g->key.length = 0;
	array_each (g->fields, key) {
		struct value v = group_value(key->field, m, s, &g->scratch);
		key_add(&g->key, &v);
	}
	struct group *row = group_find(g, m, s);
	row->count++;
	if (age.basis != AGE_UNKNOWN)
		row->oldest = (struct value){ .kind = VALUE_DURATION,
			                      .range = { MAX(row->oldest.range.low, age.min_ms),
			                                 MAX(row->oldest.range.high, age.max_ms) } };
}

/* What to sort by: a field's place in the grouping, or one of the two figures. */
enum { BY_COUNT = -1, BY_OLDEST = -2 };

struct order_key {
	int by;
	bool descending;
};

struct order {
	size_t fields;
	ARRAY(struct order_key) keys;
};

static int compare_by(const struct group *a, const struct group *b, const struct order_key *key)
{
	if (key->by == BY_COUNT)
		return key->descending ? CMP(b->count, a->count) : CMP(a->count, b->count);
	if (key->by == BY_OLDEST)
		return value_order(&a->oldest, &b->oldest, key->descending);
	return value_order(&a->values[key->by], &b->values[key->by], key->descending);
}

/* Equal ones stay apart by all of the key, so that two runs give the same order. */
static int compare_groups(const void *one, const void *other, void *arg)
{
	const struct group *a = one, *b = other;
	const struct order *order = arg;
	int by = 0;

	array_each (&order->keys, key) {
		by = compare_by(a, b, key);
		if (by)
			return by;
	}
	for (size_t i = 0; !by && i < order->fields; i++)
		by = value_compare(&a->values[i], &b->values[i]);
	return by;
}

static int order_find(const struct groups *g, const char *name, int *ret)
{
	int at = 0;

	if (word_equal(name, "count") || word_equal(name, "oldest") || word_equal(name, "oldest_ms")) {
		*ret = word_equal(name, "count") ? BY_COUNT : BY_OLDEST;
		return 0;
	}
	array_each (g->fields, key) {
		if (word_equal(name, key->field->name) || word_equal(name, field_word(key->field))) {
			*ret = at;
			return 0;
		}
		at++;
	}
	return -EINVAL;
}

static int order_parse(struct groups *g, const char *list, struct order *order, const char **ret_wrong)
{
	char *rest = arena_strdup(g->arena, list);

	for (char *name; (name = strsep(&rest, ","));) {
		struct order_key *key = array_push(&order->keys);
		key->descending = *name == '-';
		if (order_find(g, name + key->descending, &key->by)) {
			*ret_wrong = name + key->descending;
			return -EINVAL;
		}
	}
	return 0;
}

int groups_sort(struct groups *g, const char *list, const char **ret_wrong)
{
	struct order order = { .fields = g->fields->count };
	int err = order_parse(g, list ?: "-count", &order, ret_wrong);

	if (!err && g->rows.count)
		qsort_r(g->rows.items, g->rows.count, sizeof(*g->rows.items), compare_groups, &order);
	array_free(&order.keys);
	return err;
}
