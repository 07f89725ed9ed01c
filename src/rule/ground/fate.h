/* ONE verdict on a group of CLOSE_WAIT, and of those that died in that state: leaked, pooled, slow work, held up by
 * somebody else, or not to be told yet. Each cause reads it; none decides again. */
#pragma once
#include "close_wait.h"
#include "relays.h"

/* What such a group is made of, for the rules that ask. A socket in CLOSE that was never connected is none. */
#define FATE_WHERE "(state == close-wait or state == close and peer_port != 0) and pid != - and not timer == probe"
bool fate_suspect(struct inquiry *q, uint32_t socket);

enum fate_kind {
	FATE_PASSING, /* within what a healthy program takes to close */
	FATE_LEAKED,
	FATE_OPEN, /* a leak, or slow work: nothing was due yet */
	FATE_POOLED,
	FATE_SLOW,
	FATE_RELAYED,
	FATE_UNSERVED, /* accepted, and not come to yet */
};

struct fate {
	enum fate_kind kind;
	bool sure;              /* likely, and not only possible */
	bool may_be_pool;       /* leaked, but a pool that still fills would look the same */
	uint64_t older_than_ms; /* leaked or open: only those older than this; the others it closes. 0: all of them */
	uint64_t known_in_ms;   /* open: when their ages alone will tell */
	enum relay relay;
	socket_list waits_for; /* relayed: what it waits on */
	struct close_wait facts;
};

struct fates;

/* The inquiry's own; valid until it ends. */
const struct fate *fate_of(struct inquiry *q, const struct suspects *g);
void fates_free(struct fates *fates); /* NULL is fine */

/* Fills f->growth, from the ages of f->sockets, which are those of this fate. */
void fate_grow(struct inquiry *q, const struct fate *fate, struct finding *f);
