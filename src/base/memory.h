/* Memory that cannot be had ends the program with a message: at that point a page about sockets
 * would be a page about nothing. These never return NULL. */
#pragma once
#include "util.h"
#include <stdarg.h>

void *memory_zeroed(size_t bytes);
void *memory_resize(void *old, size_t count, size_t size); /* count * size is checked for overflow */
/* For who lives long: what is freed of large blocks goes back to the kernel at once. glibc raises the size from which
 * that is so with each such block it frees, up to 32 MB, and then keeps them. */
void memory_returned(void);
char *memory_strdup(const char *s);
char *memory_strndup(const char *s, size_t most);
char *memory_format(const char *format, va_list args);
