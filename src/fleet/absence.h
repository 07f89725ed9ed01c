/* "It is not there" as evidence: a row may be missing for many reasons, and only one of them is that the socket does
 * not exist. Pure. */
#pragma once
#include "fleet.h"

struct absence {
	struct fleet *fleet;
	struct keyed earlier; /* look and flow, look and sequence, of looks that are not their host's newest */
	/* Of thousands of hosts none is looked for one by one: */
	struct keyed single;       /* an address that is one host's: its host, or ABSENCE_SEVERAL */
	ARRAY(uint32_t) ranges;    /* places that are more than one address */
	ARRAY(uint32_t) by_host;   /* a look of each host, FLEET_NONE: it has none; */
	ARRAY(uint32_t) same_host; /* and for each look another one of its host */
};

#define ABSENCE_SEVERAL (FLEET_NONE - 1)

void absence_begin(struct absence *a, struct fleet *f);
void absence_end(struct absence *a);
/* REASON_NONE: the other end of this one, which no newest look has, does not exist; else why that is not known. The
 * host where it would be, or FLEET_NONE, and the look that proves it. */
enum fleet_reason absence_prove(const struct absence *a, const struct fleet_end *e, uint32_t *ret_host,
                                uint32_t *ret_look);
