/* The documents of the API: those of the command line, made by the same functions of the view. Pure: a moment and what
 * is asked of it give an answer. */
#pragma once
#include "orders.h"
#include "query.h"
#include "rule/chronicle.h"
#include "rule/judgement.h"

/* What a document is made of. */
struct document_ground {
	struct moment *moment;         /* as it was, when the document is made */
	const struct request *request; /* how it was judged; of all of it */
	const struct judgement *judgement;
	struct orders *orders;             /* of its sockets */
	const struct chronicle *chronicle; /* of the day before; NULL: it was not asked for, or there is none */
	const struct gap *unread;          /* why that cannot be read; NULL: it can */
};

struct document {
	const char *name;              /* "check": /api/v1/check */
	const char *summary;           /* what it is, half a line */
	const char *const *parameters; /* that it takes, NULL at the end */
	void (*make)(const struct document_ground *g, const struct query *q, struct web_answer *ret);
	/* Where it is of the history: then there is no `make`. */
	void (*remember)(const struct chronicle *c, const struct query *q, struct text *ret);
	const char *question;           /* of a fleet: what it answers; there is no `make` */
	bool wants_past, wants_figures; /* see history_request */
	bool wants_chronicle;           /* of its ground */
};

extern const struct document documents[]; /* the last has no name */

/* Is it one of a fleet's, or of a host's? */
bool document_is_of(const struct document *d, bool fleet);
/* Among those of a fleet, or of a host. NULL: there is none. */
const struct document *document_find(const char *name, bool fleet);
/* Was it asked for something that it does not know? False, with the answer. */
bool document_takes(const struct document *d, const char *parameter, struct web_answer *ret_error);
