/* Memory that cannot be had ends the program with a message: at that point a page about sockets
 * would be a page about nothing. These never return NULL. */
#pragma once
#include "util.h"
#include <stdarg.h>

void *memory_zeroed(size_t bytes);
void *memory_resize(void *old, size_t count, size_t size); /* count * size is checked for overflow */
char *memory_strdup(const char *s);
char *memory_strndup(const char *s, size_t most);
char *memory_format(const char *format, va_list args);
