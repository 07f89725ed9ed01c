/* What a pasted message speaks of. Programs word the same errno in many ways; here the errno, the call that
 * failed and the place are read out of what they wrote, so that the way on can be told. */
#pragma once
#include "place.h"
#include "topic.h"

enum said_call {
	SAID_NOTHING,
	SAID_BIND,        /* to a port that was named, as far as is known */
	SAID_BIND_CLIENT, /* of a client: to port 0, before it connects */
	SAID_CONNECT,
	SAID_ACCEPT,
	SAID_READ,
	SAID_WRITE,
	SAID_SOCKET,
	SAID_COUNT,
};

struct mention {
	const struct topic *topic; /* NULL: nothing is known of it */
	bool quoted;               /* the topic is what a program's wording leads to, nobody named it */
	const char *error;         /* "EADDRINUSE"; NULL: no errno is spoken of */
	int number;                /* its number on this machine */
	enum said_call call;
	struct place place;
};

/* False if nothing in `text` is known: `ret` then has the place alone. */
bool mention_find(const struct topics *all, const char *text, struct mention *ret);

const char *said_call_name(enum said_call c); /* "bind()"; SAID_NOTHING: NULL */
