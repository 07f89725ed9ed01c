/* A growing array of plain structs: { items, count, room }. Large ones grow by mremap inside glibc's
 * realloc, so that doubling costs address space and not memory.
 *
 *	ARRAY(uint32_t) ids = { 0 };
 *	*array_push(&ids) = 7;
 *	array_each(&ids, id)
 *		printf("%u\n", *id);
 *	array_free(&ids);
 */
#pragma once
#include "memory.h"

#define ARRAY(type)                                                                                                    \
	struct {                                                                                                       \
		type *items;                                                                                           \
		size_t count, room;                                                                                    \
	}

/* Room for one more, zeroed; valid until the next push. */
#define array_push(a)                                                                                                  \
	({                                                                                                             \
		if ((a)->count == (a)->room) {                                                                         \
			(a)->room = (a)->room ? (a)->room * 2 : 16;                                                    \
			(a)->items = memory_resize((a)->items, (a)->room, sizeof(*(a)->items));                        \
		}                                                                                                      \
		memset(&(a)->items[(a)->count], 0, sizeof(*(a)->items));                                               \
		&(a)->items[(a)->count++];                                                                             \
	})

/* An empty array has no items to add zero to: that, too, is undefined in C17. */
#define array_each(a, it) for (__typeof__(*(a)->items) *it = (a)->items; it && it < (a)->items + (a)->count; it++)

#define array_free(a)                                                                                                  \
	do {                                                                                                           \
		free((a)->items);                                                                                      \
		memset((a), 0, sizeof(*(a)));                                                                          \
	} while (0)

/* An empty one has no items, and qsort() wants some. */
#define array_sort(a, compare) ((a)->count ? qsort((a)->items, (a)->count, sizeof(*(a)->items), compare) : (void)0)

/* For array_sort() and bsearch() over plain numbers, ascending. */
static inline int compare_u32(const void *a, const void *b)
{
	return CMP(*(const uint32_t *)a, *(const uint32_t *)b);
}

static inline int compare_u64(const void *a, const void *b)
{
	return CMP(*(const uint64_t *)a, *(const uint64_t *)b);
}
