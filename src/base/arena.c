/* Blocks in a list; the newest is filled from its start. A request too large for a block gets its own. */
#include "arena.h"
#include "memory.h"
#include <stdarg.h>

enum { BLOCK_BYTES = 16 * 1024, ALIGN = 16 };

struct block {
	struct block *next;
	size_t used, size;
	_Alignas(ALIGN) char bytes[];
};

struct arena {
	struct block *blocks;
};

struct arena *arena_new(void)
{
	return memory_zeroed(sizeof(struct arena));
}

static void free_blocks(struct block *b)
{
	for (struct block *next; b; b = next) {
		next = b->next;
		free(b);
	}
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	free_blocks(a->blocks);
	free(a);
}

void arena_clear(struct arena *a)
{
	struct block *newest = a->blocks;

	if (!newest)
		return;
	free_blocks(take_ptr(newest->next));
	memset(newest->bytes, 0, newest->used);
	newest->used = 0;
}

void arena_cleanup(struct arena **a)
{
	arena_free(*a);
}

static struct block *arena_grow(struct arena *a, size_t bytes)
{
	size_t size = MAX(bytes, (size_t)BLOCK_BYTES);
	struct block *b = memory_zeroed(sizeof(*b) + size);

	b->size = size;
	b->next = a->blocks;
	a->blocks = b;
	return b;
}

void *arena_alloc(struct arena *a, size_t bytes)
{
	struct block *b = a->blocks;
	size_t room = (bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1);

	if (!b || b->size - b->used < room)
		b = arena_grow(a, room);
	b->used += room;
	return b->bytes + b->used - room;
}

char *arena_strndup(struct arena *a, const char *s, size_t bytes)
{
	size_t length = strnlen(s, bytes);

	return memcpy(arena_alloc(a, length + 1), s, length);
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *format, ...)
{
	va_list args, again;

	va_start(args, format);
	va_copy(again, args);
	int length = vsnprintf(NULL, 0, format, args);
	char *s = arena_alloc(a, (size_t)length + 1);
	vsnprintf(s, (size_t)length + 1, format, again);
	va_end(again);
	va_end(args);
	return s;
}
