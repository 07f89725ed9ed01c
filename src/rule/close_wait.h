/* What is known of a group of CLOSE_WAIT sockets with a descriptor: the ground on which six causes are told apart.
 * Gathered once, read by each rule. */
#pragma once
#include "ages.h"
#include "suspects.h"

struct close_wait {
	struct ages ages;
	struct departures closed; /* by this program, during the window */
	uint64_t arrived;         /* entered the state during the window, and are still there */
	uint64_t progressed;      /* the peer acknowledged data of ours meanwhile: half-closed, and in use */
	uint64_t dead;            /* state CLOSE by now, descriptor still held */
	uint64_t lifetime_ms;     /* of the process that holds most; 0 if not known */
	/* From the last data to the FIN, where that is known exactly: the peer's patience. */
	uint64_t patience_known, patience_low_ms, patience_median_ms, patience_high_ms; /* 10%, 50%, 90% */
};

struct close_wait close_wait_of(const struct moment *m, struct judgement *j, const struct suspects *g);

/* The peer hung up at a fixed time after the last response, 1 s or more: an idle timeout. */
bool close_wait_idle_timeout(const struct close_wait *c);
/* Ages reach back, evenly, to (nearly) the start of the program: nothing was ever closed. */
bool close_wait_reaches_back(const struct close_wait *c);

/* Fills f->growth from the ages of f->sockets. */
void close_wait_grow(const struct moment *m, const struct close_wait *c, struct finding *f);
