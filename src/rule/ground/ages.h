/* How long ago the peers of a finding have finished: the shape tells a leak from slow work. */
#pragma once
#include "rule/inquiry.h"

enum { AGES_LATEST = 24 };

struct ages {
	uint64_t known;                              /* sockets with an age */
	uint64_t youngest_ms, median_ms, oldest_ms;  /* lower bounds */
	uint64_t latest_median_ms, latest_oldest_ms; /* of the latest AGES_LATEST; 0 if there are fewer */
	uint64_t data_unread;                        /* bytes of data (not only the end) lie there */
	uint64_t eof_unread;                         /* the program has not even read the end */
	uint64_t eof_untold; /* Multipath TCP does not tell whether it has, nor one that met a reset before any end */
};

/* `assumed_ms`: how long after its last data a peer hangs up, where probes have hidden when it did; AGE_NOT_ASSUMED:
 * then the time that is certain counts. */
#define AGE_NOT_ASSUMED UINT64_MAX
struct ages ages_of(const struct moment *m, const uint32_t *sockets, size_t count, uint64_t assumed_ms);
/* False if nothing is known. Whose state did not change while watched has been in it all the time. */
bool finished_ms(const struct moment *m, const struct socket *s, uint64_t assumed_ms, uint64_t *ret_ms);
