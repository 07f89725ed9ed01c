/* One owner for many small allocations: everything taken from an arena is freed with it, at once.
 * A moment's strings and small tables live in its arena. Nothing here returns NULL: a tool that
 * cannot get a few bytes has nothing sensible left to do, so it says so and exits (see memory.h). */
#pragma once
#include "util.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a); /* NULL is fine */
void arena_cleanup(struct arena **a);
/* All that was taken from it is gone; what it has is kept for what is taken next. */
void arena_clear(struct arena *a);

void *arena_alloc(struct arena *a, size_t bytes); /* zeroed, aligned to 16 */
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t bytes); /* stops at a NUL byte, too */
char *arena_printf(struct arena *a, const char *format, ...) PRINTF_LIKE(2, 3);
