/* A look as numbers: sockets by namespace, program, end and state; what became of connections, by event; limits. Those
 * that count most come first. */
#pragma once
#include "model/limits.h"
#include "model/moment.h"
#include "rule/figure.h"

struct tally {
	uint64_t key; /* a hash of what follows */
	enum figure_kind kind;
	uint32_t netns;      /* index; NETNS_UNKNOWN: of the host */
	const char *program; /* the process's own; NULL: nobody's */
	uint8_t role;        /* enum socket_role */
	struct endpoint end; /* port 0: none */
	const char *subject; /* of a limit, in `arena`; else NULL */
	const char *what;
	struct figure_point now; /* without its time */
};

typedef ARRAY(struct tally) tally_list;

void tallies_of(const struct moment *m, const struct limits *limits, uint64_t at_ms, struct arena *arena,
                tally_list *ret);
