/* Where a moment comes from. The only room that asks the kernel; every source gives the same facts through
 * this one door, or says what it could not see. A source is opened once and may look several times. */
#pragma once
#include "model/moment.h"
#include "model/sequence.h"
#include "model/want.h"

enum scope_kind { SCOPE_SELF, SCOPE_ALL, SCOPE_ONE };

struct source_request {
	enum scope_kind scope;
	uint64_t netns; /* SCOPE_ONE: inode; else source_open() sets it: the tool's own, or 0 for all */
	unsigned wants; /* enum want */
	const struct fleet_key *fleet_key; /* sequence numbers are hashed under it; NULL: and else dropped */
	const char *force;                 /* name of the one source to use, NULL: the best that works here */
};

struct source;

/* 0, or -errno with `ret_why` telling a person what is missing and the command that mends it (its texts
 * live in `arena`); -EINVAL: there is no such source. */
int source_open(const struct source_request *request, struct arena *arena, struct source **ret, struct gap *ret_why);
/* Fills the moment: sockets, holders, processes, namespaces, coverage, and what derives from them. Called again
 * on the same moment it makes the second look of a window: see moment.h; window.ms then is the time between.
 * 0 or -errno; after an error the moment holds no sockets. */
int source_look(struct source *s, struct moment *m);
/* The moment was made ready for its next look (model/follow.h): nothing of the look before is in its gaps any more. */
void source_follow(struct source *s);
/* Connections by state, counted without a look: see census.h. 0 or -errno: that cannot be done here. */
int source_count(struct source *s, uint64_t ret[STATE_COUNT]);
void source_close(struct source *s); /* NULL is fine */
void source_cleanup(struct source **s);

struct survey;

/* One implementation. `state` is its own. */
struct source_kind {
	const char *name;
	int (*open)(const struct source_request *request, struct arena *arena, void **ret_state, struct gap *ret_why);
	int (*look)(void *state, struct survey *survey, bool second);
	void (*close)(void *state);
};

extern const struct source_kind source_bpf, source_sock_diag;
