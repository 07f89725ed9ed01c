/* Text to numbers, strictly: the whole text must be the value. 0, or -EINVAL (no number), -ERANGE. */
#pragma once
#include "util.h"

int parse_u64(const char *s, uint64_t *ret);
int parse_u64_hex(const char *s, uint64_t *ret); /* without 0x */

/* `90s`, `5m`, `2h`, `1d`, `250ms`, `1.5h`; a bare number is seconds. */
int parse_duration_ms(const char *s, uint64_t *ret_ms);
/* The unit that was meant by "4min" or "2hours": "m", "h". NULL if it is not a number and a unit. */
const char *parse_unit_meant(const char *s);

/* `2026-01-31T12:00:00Z`, with or without fraction of a second: ms since 1970. */
int parse_rfc3339_ms(const char *s, uint64_t *ret_ms);

/* Copies the next line of a text, what fits of it, and moves behind it; false: there was none. For sscanf(), which
 * measures its whole text at each call: of a long one, every line costs as much as all that follow. */
bool parse_line(const char **rest, char *line, size_t room);

/* The next word of a line, separated by blanks: NULL at the end. Cuts the line with NUL bytes. */
char *parse_word(char **rest);
