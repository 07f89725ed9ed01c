/* Programs that pass on: what they hold is held up by what they wait for, and the fault is at that end. A relay is
 * known by the times of its two sides, which follow each other within a moment. */
#pragma once
#include "rule/suspects.h"

enum relay {
	RELAY_NO,
	RELAY_ENDS,    /* it has passed the end on, and waits for the end from the other side (docker-proxy, socat) */
	RELAY_ANSWERS, /* it has passed the request on, and waits for the answer (haproxy, a service that asks another)
	                */
	RELAY_CLIENTS, /* it has a client for each, to whom it sent its last just then, and who has said nothing since:
	                * what it passed on may have been the end, in words that the kernel does not read (TLS) */
};

struct relays;

/* Does the program of these CLOSE_WAITs wait, for nearly each of them, on a connection of its own? Or the program that
 * is the other half of it: that it has started or was started by, or that is at the far end of connections between the
 * two (ssh and sshd, stunnel and stunnel)? Appends those to `waits_for`. */
enum relay relay_of(struct inquiry *q, const struct suspects *g, socket_list *waits_for);

void relays_free(struct relays *relays); /* NULL is fine */
