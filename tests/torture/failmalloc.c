/* LD_PRELOAD: allocation number FAIL_N fails, with FAIL_STICKY all after it, too. FAIL_REPORT is a file that gets their
 * count when the program ends. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static long wanted = -1, count;
static bool sticky;
static int report_fd = -1; /* opened at once: later on the program may have given that up */

__attribute__((constructor)) static void begin(void)
{
	const char *n = getenv("FAIL_N");

	wanted = n ? atol(n) : 0;
	sticky = getenv("FAIL_STICKY") != NULL;
	const char *path = getenv("FAIL_REPORT");
	report_fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
	count = 0;
}

static bool fails(void)
{
	count++;
	if (wanted <= 0 || (sticky ? count < wanted : count != wanted))
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}

void *reallocarray(void *old, size_t n, size_t size)
{
	if (n && size > SIZE_MAX / n) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(old, n * size);
}

__attribute__((destructor)) static void report(void)
{
	char text[32];
	int length = snprintf(text, sizeof(text), "%ld\n", count);

	if (report_fd >= 0 && write(report_fd, text, (size_t)length) == length)
		close(report_fd);
}
