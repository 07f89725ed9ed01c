/* What is known of a group of CLOSE_WAIT sockets with a descriptor: the ground on which six causes are told apart.
 * The verdict on them is in fate.h. */
#pragma once
#include "ages.h"
#include "rule/suspects.h"

struct close_wait {
	struct ages ages;
	uint64_t sockets;
	uint64_t own;             /* of these, held by the process that holds most */
	struct departures closed; /* by this program, during the window */
	struct departures before; /* the same in the minutes before, where closes have been watched for longer */
	uint64_t dead_before;     /* those that were so at the first look already */
	int64_t opened;           /* connections to the same end that it opened while watched, and still has */
	int64_t gained;           /* connections to the same end, in any state, more than at the first look */
	uint64_t arrived;         /* entered the state during the window, and are still there */
	uint64_t progressed;      /* the peer acknowledged data of ours meanwhile: half-closed, and in use */
	uint64_t dead;            /* state CLOSE by now, descriptor still held */
	uint64_t lifetime_ms;     /* of the process that holds most; 0 if not known */
	uint64_t unread;          /* with data (not only the end) that the program has not read */
	uint64_t answered;        /* whose peer hung up within a second after our last data: it had what it wanted */
	uint64_t prompt;          /* whose FIN came with the last data, or in the second after */
	uint64_t replied;         /* on which we sent after the last that came */
	uint64_t clients;         /* sockets on which this program is the client */
	uint64_t handled_ms;      /* the longest since the last data of the peer: since its request, for a server */
	uint64_t assumed_ms;      /* the patience of those whose stamps were moved, or AGE_NOT_ASSUMED: see ages.h */
	/* From the last data to the FIN, where that is known exactly: the peer's patience. */
	uint64_t patience_known, patience_low_ms, patience_median_ms, patience_high_ms; /* 10%, 50%, 90% */
	/* No close was seen, but traces of them: all that came earlier than the oldest of these has been closed. */
	bool gives_back;
};

enum { ALIKE_LEAST = 3 }; /* so many peers that did the same are no chance */

struct close_wait close_wait_of(struct inquiry *q, const struct suspects *g);

/* All closes of this program that were seen, and for how long they were watched. */
struct closed {
	uint64_t count, oldest_ms;
};
static inline struct closed close_wait_closed(const struct close_wait *c)
{
	return (struct closed){ c->closed.count + c->before.count, MAX(c->closed.oldest_ms, c->before.oldest_ms) };
}
uint64_t close_wait_watched_ms(const struct moment *m);

/* The peers hung up at a fixed time after the last response, 1 s or more: an idle timeout. */
bool is_idle_timeout(uint64_t low_ms, uint64_t high_ms);
bool close_wait_idle_timeout(const struct close_wait *c);
/* So many did so that it is no chance: one alone may have waited for anything. */
bool close_wait_idle_alike(const struct close_wait *c);
/* Ages reach back, evenly, to (nearly) the start of the program: nothing was ever closed. What a pool keeps after an
 * idle timeout does so as well, for the first minutes. */
bool close_wait_reaches_back(const struct close_wait *c);
/* A client that opened the next one while those before lay there idle, and not yet ended by the server: a pool would
 * have used them again. */
bool close_wait_passes_over_idle(const struct close_wait *c);
/* The same by the pace of those that are held alone, which a pool that hands out its connections in turn has as well.
 */
bool close_wait_seems_to_pass_over(const struct close_wait *c);
/* The peers have what they wanted: none waits for us. */
bool close_wait_answered(const struct close_wait *c);
/* Nothing is left to do on them, whatever the program does now: a client has read its answers and got the server's end
 * with them, a server has answered the last it was asked; or they are dead for long. Enough of them, and for longer
 * than a moment. */
bool close_wait_done_with(const struct close_wait *c);
/* Nothing is left to do on them, and others like them were closed old and young together: a collector does that, where
 * the program has forgotten them. */
bool close_wait_collected(const struct close_wait *c);

/* Keeps those of f->sockets that are at least `ms` old (of unknown age: kept), and describes f anew. */
void close_wait_keep_older(struct inquiry *q, const struct close_wait *c, struct finding *f, uint64_t ms);
