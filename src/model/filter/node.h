/* What a compiled expression is made of. Shared by its parser and its evaluation, nobody else. */
#pragma once
#include "filter.h"

enum compare { IS, IS_NOT, LESS, LESS_OR_SAME, MORE, MORE_OR_SAME, LIKE, WITHIN, COMPARE_COUNT };

enum filter_kind { FILTER_AND, FILTER_OR, FILTER_NOT, FILTER_TERM };

struct term {
	const struct field *field;
	enum compare how;
	bool unknown;            /* compared with `-` */
	bool any_host, any_port; /* of a VALUE_ENDPOINT: only the other part was given */
	struct value value;
	struct addr_range range; /* WITHIN */
	const char *pattern;     /* LIKE */
};

struct filter {
	enum filter_kind kind;
	struct filter *first, *next; /* first child, next sibling */
	struct term term;
};

/* Where an expression is wrong, told by the byte; filter_compile() makes a column of it. */
struct fault {
	const char *at;
	const char *message, *hint;
};

const char *compare_sign(enum compare how);

/* Makes the literal `text`, compared with the field that was written as `name`, into `ret`. 0 or -EINVAL with
 * message and hint of `fault`. */
int term_compile(struct term *ret, const struct field *field, const char *name, enum compare how, const char *text,
                 struct arena *arena, struct fault *fault);
