/* Which programs' lines of code are read, and which are not yet: for `unfin doctor`. What each needs stands where it is
 * read (src/blame); here is what a person is told. */
#pragma once

struct runtime_row {
	const char *name;   /* NULL: no more rows */
	const char *read;   /* versions and kinds whose lines were seen to be right; NULL: none */
	const char *unread; /* what is not read, or was not tried; NULL: nothing that is known of */
};

const struct runtime_row *runtime_rows(void);
