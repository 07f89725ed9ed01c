/* What is different between two kept moments: counts by state, groups of connections that grew or shrank, limits.
 * Sockets are not matched one by one: a leak is a group that grows, and between two boots no socket is the same. */
#pragma once
#include "moment.h"

enum relation {
	RELATION_SAME_BOOT,
	RELATION_OTHER_BOOT, /* of one host: no socket, no pid is the same */
	RELATION_OTHER_HOST, /* what differs is not what changed */
	RELATION_UNKNOWN,    /* redacted: whose they are is not told */
};

/* Connections of one program to one destination, or to one of its own ports, in one state. */
struct group_change {
	char comm[16];       /* of the first holder; "" if there is none */
	struct endpoint end; /* the peer; of servers the own port, with the wildcard as its address */
	bool listener;       /* `end` is the own port */
	uint8_t state;
	uint64_t before, after;
};

struct limit_change {
	const char *id, *what; /* static */
	uint64_t before, after;
	uint64_t limit; /* of the later one; 0: not known */
};

struct comparison {
	enum relation relation;
	int64_t elapsed_ms; /* by the hosts' clocks; negative: the second is the older one */
	uint64_t before[STATE_COUNT], after[STATE_COUNT];
	ARRAY(struct group_change) groups; /* those that changed, most first */
	ARRAY(struct limit_change) limits; /* those that are known, the same ones too */
};

struct comparison *comparison_new(const struct moment *before, const struct moment *after);
void comparison_free(struct comparison *c); /* NULL is fine */
void comparison_cleanup(struct comparison **c);

const char *relation_name(enum relation r); /* same_boot, other_boot, … */
