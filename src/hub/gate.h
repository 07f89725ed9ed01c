/* The hub's side of HTTP: one listener of the library and what it calls. Here a request gets so far that it is a batch
 * of a host that is known, and no larger, slower or more than there is room for; all else is answered at once. */
#pragma once
#include "hub_metrics.h"
#include "inbox.h"
#include "peer.h"
#include "uploads.h"
#include "web/crowd.h"

enum {
	GATE_CONNECTIONS = 8192,
	GATE_FILES = 64, /* descriptors that are needed besides */
};

struct gate {
	struct inbox inbox;
	struct peer_rules rules;
	bool open; /* nobody need prove who he is: it listens on loopback alone */
	struct reception_counts *counts;
	const struct spool *spool;
	const struct hub_standing *standing;
	unsigned connections; /* at once; GATE_CONNECTIONS, or fewer if there are not so many descriptors */
	struct crowd crowd;
	struct uploads uploads;
	_Atomic uint64_t unknown; /* requests of who could not be known */
	struct MHD_Daemon *daemon;
};

/* `fd` listens, and is the gate's from now on. The rest of `g` is filled in. False: the library refused, for want of a
 * key that fits most likely. */
bool gate_open(struct gate *g, int fd);
/* Whoever waits has been answered before. */
void gate_close(struct gate *g);
