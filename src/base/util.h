/* Small things every room needs: sizes, ownership on scope exit, comparison for sorting. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARRAY_SIZE(a)     (sizeof(a) / sizeof((a)[0]))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

/* Both sides are evaluated once: what is read of another process's memory may be another number the next time. The
 * numbers keep nested ones apart. */
#define JOIN_(a, b) a##b
#define JOIN(a, b)  JOIN_(a, b)
#define MIN_(a, b, x, y)                                                                                               \
	({                                                                                                             \
		__auto_type x = (a);                                                                                   \
		__auto_type y = (b);                                                                                   \
		x < y ? x : y;                                                                                         \
	})
#define MAX_(a, b, x, y)                                                                                               \
	({                                                                                                             \
		__auto_type x = (a);                                                                                   \
		__auto_type y = (b);                                                                                   \
		x > y ? x : y;                                                                                         \
	})
#define CMP_(a, b, x, y)                                                                                               \
	({                                                                                                             \
		__auto_type x = (a);                                                                                   \
		__auto_type y = (b);                                                                                   \
		(x > y) - (x < y);                                                                                     \
	})
#define MIN(a, b) MIN_(a, b, JOIN(a_, __COUNTER__), JOIN(b_, __COUNTER__))
#define MAX(a, b) MAX_(a, b, JOIN(a_, __COUNTER__), JOIN(b_, __COUNTER__))
#define CMP(a, b) CMP_(a, b, JOIN(a_, __COUNTER__), JOIN(b_, __COUNTER__))

#define NS_PER_MS 1000000ULL
#define NS_PER_S  1000000000ULL
#define MS_PER_S  1000ULL

/* `cleanup(f)` runs f(&variable) when the variable leaves its scope; `take_ptr(p)` gives the
 * ownership away: it returns p and leaves NULL behind. */
#define cleanup(f) __attribute__((cleanup(f)))
#define take_ptr(p)                                                                                                    \
	({                                                                                                             \
		__typeof__(p) taken_ = (p);                                                                            \
		(p) = NULL;                                                                                            \
		taken_;                                                                                                \
	})

static inline void cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void cleanup_fclose(FILE **f)
{
	if (*f)
		fclose(*f);
}

static inline bool streq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* Of texts that may be missing: both are, or they are equal. */
static inline bool same_text(const char *a, const char *b)
{
	return a && b ? streq(a, b) : a == b;
}

static inline bool starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}
