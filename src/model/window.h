/* One look, put together socket by socket. A source tells what it sees, several times for one socket if its
 * passes overlap; here it is joined by cookie. On a moment that has a look already this is the second look
 * of a window: sockets are replaced in place, what happened meanwhile becomes their flags (SOCKET_NEW…), and
 * what went becomes trails. So a window needs no second copy of a million sockets. */
#pragma once
#include "moment.h"

struct look {
	struct moment *moment;
	struct index sockets; /* by cookie, those of the earlier look too */
	uint32_t *owners;     /* by position: process that held it at the earlier look, HOLDER_NONE */
	size_t earlier;       /* the first so many sockets are of the earlier look; 0: this is the first one */
	uint64_t between_ms;  /* from the earlier look's end to the beginning of this one */
	bool second;
};

/* `second`: the moment has been looked at before (perhaps nothing was there). */
void look_begin(struct look *k, struct moment *m, bool second);
/* The socket, if this look has seen it; NULL if not, or only the earlier one did. */
struct socket *look_find(const struct look *k, uint64_t cookie);
/* Has this look seen this socket of the moment's? */
bool look_saw(const struct socket *s);
/* Takes the facts, which are newer than any the moment has of this cookie. Whoever held it before does not
 * any more: holders are told anew with moment_hold(). Valid until the next call. */
struct socket *look_put(struct look *k, const struct socket *facts);
/* What the earlier look saw and this one did not becomes trails. */
void look_end(struct look *k);
/* Gives up a look that failed halfway; the moment then holds no sockets. */
void look_drop(struct look *k);
