/* How programs and kernels word their errors: the tables behind mention.c. A new wording is a row. All phrases
 * are small letters; the first row that is found in a message counts. */
#pragma once
#include "mention.h"

struct saying_errno {
	int number;
	const char *name;
	const char *messages; /* of glibc, musl, Java, Node…, separated by '|' */
	enum said_call call;  /* if only one call gives it */
};

struct saying_call {
	const char *phrase;
	enum said_call call;
};

/* Messages without an errno in them. */
struct saying_topic {
	const char *phrase, *topic;
	const char *error; /* the errno behind it, or NULL */
	enum said_call call;
};

extern const struct saying_errno sayings_errno[]; /* ends with a row without name, as the others with a NULL phrase */
extern const struct saying_call sayings_call[];
extern const struct saying_call sayings_client[]; /* whoever says this and binds is a client */
extern const struct saying_topic sayings_topic[];
