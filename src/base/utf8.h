/* Just enough UTF-8 (RFC 3629) to pass on what is valid and to see what is not. */
#pragma once

/* Bytes of the valid UTF-8 sequence at s, 0 if there is none (s is NUL-terminated, not at its end). */
int utf8_valid(const char *s);

/* The same, but 0 also for control characters, C0 and C1, and the bidi overrides that reorder a line. */
int utf8_printable(const char *s);
