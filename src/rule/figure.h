/* One number followed over time: how many sockets of a program are in a state, what its connections came to, how much
 * of a limit is used. A point stands where the number has moved; until the next one it holds. Plain facts, made by
 * src/agent, kept by src/history, shown by src/view. */
#pragma once
#include "base/array.h"

enum figure_kind {
	FIGURE_GROUP, /* sockets of a program, end and state */
	FIGURE_COUNT, /* what happened since the point before: opened, closed, refused */
	FIGURE_LIMIT, /* what is used of a limit */
	FIGURE_KINDS,
};

struct figure_point {
	uint64_t at_ms; /* unix time */
	uint64_t value;
	uint64_t limit;     /* of FIGURE_LIMIT; else 0 */
	uint64_t oldest_ms; /* of FIGURE_GROUP: since when the oldest is in that state, unix time; 0: not known */
	uint64_t unread;    /* of FIGURE_GROUP: bytes that nobody has read */
};

struct figure {
	enum figure_kind kind;
	const char *netns;   /* its name or net:[INODE]; NULL: of the host */
	const char *program; /* NULL: nobody's, or all further ones */
	const char *side;    /* client, server; NULL: not known */
	const char *
	        end; /* a client's peer, a server's own port, the subject of a limit; NULL: none, or all further ones */
	const char *what; /* the state, the event, the id of the limit */
	ARRAY(struct figure_point) points;
};

/* As it is now. */
struct figure_reading {
	const struct figure *is;
	struct figure_point now;
	bool changed; /* it is not in the history so */
};

const char *figure_kind_name(enum figure_kind kind); /* group, count, limit */
