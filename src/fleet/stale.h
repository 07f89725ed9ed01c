/* Pools that keep connections for longer than their server does: the server's FINs come at one time after the last
 * data, and that is its idle timeout. Pure. */
#pragma once
#include "fleet.h"

struct fleet_stale {
	uint32_t example;    /* index into pairs: the oldest of them */
	uint32_t count;      /* connections that the timeout explains */
	uint32_t unfinished; /* all of this client and server that wait for a close() */
	uint32_t hosts;      /* of the client */
	uint32_t timeout_ms;
};

typedef ARRAY(struct fleet_stale) fleet_stales;

/* The most first. The caller frees the array. */
void fleet_find_stale(const struct fleet *f, fleet_stales *ret);
