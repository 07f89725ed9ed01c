/* Messages for people, on stderr. Inner code never prints: a command says once what happened and what
 * to do next. */
#pragma once
#include "util.h"

void log_error(const char *format, ...) PRINTF_LIKE(1, 2);   /* unfin: … */
void log_warning(const char *format, ...) PRINTF_LIKE(1, 2); /* unfin: … */
void log_hint(const char *format, ...) PRINTF_LIKE(1, 2);    /* indented below a message: the way on */
void log_quiet(bool quiet);                                  /* -q: errors only */
