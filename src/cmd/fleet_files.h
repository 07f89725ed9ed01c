/* The kept moments that a command of the fleet names. */
#pragma once
#include "command.h"
#include "fleet/takings.h"

struct fleet_files {
	struct fleet *fleet;
	struct fleet_takings takings;
};

enum fleet_asks { FLEET_ASKS_PORTS = 1 << 0, FLEET_ASKS_FINDINGS = 1 << 1 };

/* Which ends a question is about. Of a large fleet all of them are gigabytes, so a hub's store is asked for no others,
 * but for what is joined to them: the answer is the same. */
enum fleet_need {
	FLEET_NEEDS_ALL,       /* every question can be answered */
	FLEET_NEEDS_UNHEALTHY, /* all; the store counts those with two ends that agree */
	FLEET_NEEDS_NONE,
	FLEET_NEEDS_DEBTS,      /* how many each host has, no more */
	FLEET_NEEDS_SERVICE,    /* the ends of one service, not joined */
	FLEET_NEEDS_LEAKING,    /* what the services that leak have not closed */
	FLEET_NEEDS_VOTES,      /* see fleet/stale.h */
	FLEET_NEEDS_UNJOINED,   /* ends whose other end may be missing */
	FLEET_NEEDS_CONNECTION, /* those of one connection */
};

/* Reads them one after the other, judges them as was asked for, and lays the ends side by side; all power is given up
 * before what is in them is read. A file that cannot be read is told on stderr, and its host is silent. STATUS_OK;
 * STATUS_USAGE: none could be read. */
int fleet_files_read(struct fleet_files *files, const struct invocation *in, const char *const *paths, size_t count,
                     unsigned asks);
void fleet_files_free(struct fleet_files *files);
