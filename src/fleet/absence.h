/* "It is not there" as evidence: a row may be missing for many reasons, and only one of them is that the socket does
 * not exist. Pure. */
#pragma once
#include "fleet.h"

struct absence {
	struct fleet *fleet;
	struct keyed earlier; /* look and flow, look and sequence, of looks that are not their host's newest */
};

void absence_begin(struct absence *a, struct fleet *f);
void absence_end(struct absence *a);
/* REASON_NONE: the other end of this one, which no newest look has, does not exist; else why that is not known. The
 * host where it would be, or FLEET_NONE. */
enum fleet_reason absence_prove(const struct absence *a, const struct fleet_end *e, uint32_t *ret_host);
