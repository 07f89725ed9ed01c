#include "program_table.h"
#include "model/hash.h"

static uint64_t hash_key(const char *key)
{
	return hash_text(1, key) ?: 1;
}

static char *copy(const char *s)
{
	return s ? memory_strdup(s) : NULL;
}

static void program_clear(struct program *p)
{
	free((char *)p->key);
	free((char *)p->exe);
	free((char *)p->script);
	free((char *)p->cmdline);
	free((char *)p->image);
}

static void program_set(struct program *p, const struct program *is)
{
	struct program copied = {
		.key = memory_strdup(is->key),
		.exe = copy(is->exe),
		.script = copy(is->script),
		.cmdline = copy(is->cmdline),
		.image = copy(is->image),
		.exe_file = is->exe_file,
		.script_file = is->script_file,
		.pid = is->pid,
		.started_ms = is->started_ms,
		.before_ms = is->before_ms,
	};

	program_clear(p);
	*p = copied;
}

uint32_t program_find(const struct program_table *t, const char *key)
{
	return t->by_key.slots ? index_find(&t->by_key, hash_key(key)) : INDEX_NONE;
}

static uint32_t push(struct program_table *t)
{
	if (!t->by_key.slots)
		index_init(&t->by_key, NULL, sizeof(struct known_program), 0);
	array_push(&t->items);
	index_move(&t->by_key, &t->items.items[0].hash);
	return (uint32_t)t->items.count - 1;
}

/* That of the one that has not run for longest. */
static uint32_t take_place(struct program_table *t)
{
	uint64_t oldest = t->look ? t->look - 1 : 0;
	uint32_t found = INDEX_NONE;

	array_each (&t->items, p)
		if (p->ran < oldest) {
			oldest = p->ran;
			found = (uint32_t)(p - t->items.items);
		}
	if (found != INDEX_NONE)
		index_remove(&t->by_key, found);
	return found;
}

uint32_t program_put(struct program_table *t, const struct program *is)
{
	uint32_t at = program_find(t, is->key);
	bool known = at != INDEX_NONE;

	if (!known)
		at = t->items.count < PROGRAMS_MOST ? push(t) : take_place(t);
	if (at == INDEX_NONE)
		return at;
	struct known_program *p = &t->items.items[at];
	program_set(&p->is, is);
	p->changed = true;
	p->ran = t->look;
	p->hash = hash_key(is->key);
	if (!known)
		index_add(&t->by_key, at);
	return at;
}

/* Those that were put before the first look ran at none. */
void program_look(struct program_table *t)
{
	t->look = MAX(t->look + 1, (uint64_t)2);
}

void program_runs(struct program_table *t, uint32_t at)
{
	if (at != INDEX_NONE)
		t->items.items[at].ran = t->look;
}

void program_table_free(struct program_table *t)
{
	array_each (&t->items, p)
		program_clear(&p->is);
	array_free(&t->items);
	index_free(&t->by_key);
}
