/* The ONE table of a socket's fields, in the order of JSON: filter, sort, group, columns, help and all views
 * read it. A new field is one row here and one getter. */
#pragma once
#include "value.h"
#include "want.h"

struct field;

/* The field's value for one socket and, if it is one of holders, one holder of it (NULL: it has none). */
typedef struct value field_get(const struct field *f, const struct moment *m, const struct socket *s,
                               const struct holder *h);

struct field {
	const char *name;    /* as in JSON: age_ms */
	const char *word;    /* as in expressions, if that differs: age */
	const char *heading; /* of its column: as in ss, where ss has it */
	const char *help;    /* half a line */
	enum value_kind kind;
	uint8_t column;           /* its place in a table, from the left; 0: only where asked for */
	bool wide;                /* that column is in the wide table alone */
	bool right;               /* and aligned to the right */
	bool json;                /* a member of `sockets` */
	bool qualified;           /* a text SPACE/NAME: an expression may give NAME alone */
	bool of_holder;           /* each holder has its own; a comparison is true if it is for any of them */
	unsigned wants;           /* enum want */
	uint32_t flag;            /* of a VALUE_YESNO: enum socket_flag */
	const char *const *words; /* of a VALUE_WORD: all of them, NULL at the end */
	const char *named_by;     /* the field that a word instead of a number means: uid == www-data */
	field_get *get;
};

const struct field *field_table(void); /* the last row has no name */
/* By either name, `-` or `_`; NULL if there is none. */
const struct field *field_find(const char *name);
/* What somebody may have meant by a name that no field has: "peer_port", "local_port or peer_port". NULL: no idea. */
const char *field_meant(const char *name);
static inline const char *field_word(const struct field *f)
{
	return f->word ?: f->name;
}

struct field_key {
	const struct field *field;
	bool descending;
};
typedef ARRAY(struct field_key) field_list;

/* Fields as options list them: "age,local_port"; with `signs`, "-age" turns that one round. Appends to `ret`.
 * 0, or -EINVAL and the wrong word, which lives in the arena. */
int field_list_parse(const char *list, bool signs, struct arena *arena, field_list *ret, const char **ret_wrong);
unsigned field_list_wants(const field_list *list); /* enum want */

/* The value for a socket as a whole: of a holder's field what all holders have in common, or else the different
 * ones, sorted and joined by commas in `scratch`, good until that is written again. */
struct value field_value(const struct field *f, const struct moment *m, const struct socket *s, struct text *scratch);
