/* Secrets in command lines: anybody on the host may see them in /proc, and a page, a ticket or a kept file takes them
 * farther. What is known to carry one shows as ***: --password=…, --token …, mysql -p…, curl -u user:…, an
 * Authorization header, the password in a URL, and tokens that say themselves what they are. */
#pragma once
#include "moment.h"

/* Appends the `length` bytes of a command line, its arguments ended by NUL bytes or joined by blanks, joined by blanks.
 */
void secrets_mask(struct text *out, const char *bytes, size_t length);

/* The same for all command lines of a moment. */
void secrets_mask_moment(struct moment *m);
