#include "memory.h"
#include <malloc.h>

static void *memory_or_exit(void *p)
{
	if (p)
		return p;
	fputs("unfin: out of memory\n", stderr);
	exit(4);
}

void *memory_zeroed(size_t bytes)
{
	return memory_or_exit(calloc(1, bytes ? bytes : 1));
}

void *memory_resize(void *old, size_t count, size_t size)
{
	return memory_or_exit(reallocarray(old, count ? count : 1, size));
}

void memory_returned(void)
{
	enum { LARGE_BYTES = 256 << 10 };

	mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
}

char *memory_strdup(const char *s)
{
	return memory_or_exit(strdup(s));
}

char *memory_strndup(const char *s, size_t most)
{
	return memory_or_exit(strndup(s, most));
}

char *memory_format(const char *format, va_list args)
{
	char *s;

	return memory_or_exit(vasprintf(&s, format, args) < 0 ? NULL : s);
}
