/* What a hub tells of itself, for Prometheus. */
#pragma once
#include "receive.h"

/* Beside its counts: what its threads find now and then, read by the one that answers. */
struct hub_standing {
	_Atomic uint64_t followed; /* the store has all before that position of the spool */
	_Atomic uint64_t since_ms; /* when the oldest batch came that it does not have; 0: it has all */
	_Atomic uint64_t hosts_heard, hosts_late, hosts_silent;
	_Atomic uint64_t spool_most; /* bytes */
};

/* `unknown`: requests of who could not be known. */
void hub_metrics(struct text *out, const struct reception_counts *c, const struct hub_standing *s,
                 const struct spool *spool, uint64_t unknown);
