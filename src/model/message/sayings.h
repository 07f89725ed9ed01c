/* How programs and kernels word their errors: the tables behind mention.c. A new wording is a row. All phrases
 * are small letters; alternatives are separated by '|'. */
#pragma once
#include "mention.h"

struct saying_errno {
	int number, windows; /* there: WSA…; 0: it has none */
	const char *name;
	const char *messages; /* of glibc, musl, Windows, Java, Node… */
	const char *hints;    /* "" or what says it where nothing clearer is in the text */
	enum said_call call;  /* if only one call gives it */
};

struct saying_call {
	const char *phrase; /* where a word begins; the first row that is found counts */
	enum said_call call;
};

/* Messages without an errno in them. */
struct saying_topic {
	const char *phrases, *topic;
	const char *error; /* the errno behind it, or NULL */
	enum said_call call;
};

extern const struct saying_errno sayings_errno[]; /* ends with a row without name, as the others with a NULL phrase */
extern const struct saying_call sayings_call[];
extern const struct saying_topic sayings_topic[];
/* Whoever says this and binds is a client. */
extern const char sayings_client[];
