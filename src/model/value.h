/* One value of one field: a tagged union that filter, sort, group and all views understand. Texts are
 * borrowed from the moment (or the arena named by who made the value). */
#pragma once
#include "addr.h"
#include "moment.h"

enum value_kind {
	VALUE_NONE,     /* not known */
	VALUE_NUMBER,   /* number */
	VALUE_NAMED,    /* number, and named.label: what people call it, or NULL */
	VALUE_YESNO,    /* number: 0 or 1 */
	VALUE_TEXT,     /* text */
	VALUE_WORD,     /* text: one of the few words of its field, as JSON has it */
	VALUE_STATE,    /* number: enum tcp_state */
	VALUE_ADDRESS,  /* endpoint.addr */
	VALUE_ENDPOINT, /* endpoint */
	VALUE_DURATION, /* range, ms: what is certain lies between low and high; UINT64_MAX: no bound */
	VALUE_TIME,     /* number: Unix ms */
	VALUE_HOLDERS,  /* holders: the processes of one socket */
	VALUE_CONTAINER /* process: whose container */
};

struct value {
	enum value_kind kind;
	union {
		uint64_t number;
		struct {
			uint64_t number;
			const char *label;
		} named;
		const char *text;
		struct endpoint endpoint;
		struct {
			uint64_t low, high;
		} range;
		struct {
			const struct moment *moment;
			const struct socket *socket;
		} holders;
		const struct process *process;
	};
};

static inline struct value value_number(uint64_t number)
{
	return (struct value){ .kind = VALUE_NUMBER, .number = number };
}

/* NULL and the empty text are not known. */
static inline struct value value_text(const char *text)
{
	return (struct value){ .kind = text && *text ? VALUE_TEXT : VALUE_NONE, .text = text };
}

/* What is not known comes last. */
int value_compare(const struct value *a, const struct value *b);
/* The same, or turned round; what is not known comes last either way, and so does one kind after another. */
int value_order(const struct value *a, const struct value *b, bool descending);
bool value_equal(const struct value *a, const struct value *b);

uint64_t value_holder_count(const struct value *v); /* of a VALUE_HOLDERS */

/* As data has it (JSON's spelling, not escaped): nothing for what is not known. */
void value_format(struct text *t, const struct value *v);
