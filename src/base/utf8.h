/* Just enough UTF-8 (RFC 3629) to pass on what is valid and to see what is not. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* Bytes of the valid UTF-8 sequence at s, 0 if there is none (s is NUL-terminated, not at its end). */
int utf8_valid(const char *s);

/* Its code point, -1 if it is not valid. */
int32_t utf8_code(const char *s);

/* As utf8_valid(), but 0 for all that is neither printable ASCII nor a letter that stands alone: what remains looks
 * like itself on every terminal, and takes the columns it is thought to take. */
int utf8_printable(const char *s);

/* Terminal columns of a text of such. The byte behind it is readable. */
size_t utf8_columns(const char *bytes, size_t length);

/* Writes a code point below 0x110000; returns its bytes, 0 if there is no room for them. */
size_t utf8_put(char *to, size_t room, uint32_t code);
