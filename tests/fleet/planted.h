/* What is planted in the fleet of gen.c: which connection of which host is what, and who has which release. */
#pragma once
#include "fleet/flow.h"
#include "model/hash.h"
#include <pthread.h>

enum {
	CONNECTIONS = 20,
	SERVICES = 40,
	UPDATED = 23, /* the service that leaks since a release, which every other of its hosts has */
	LOOKS = 2,
};

enum sort { HEALTHY, CLIENT_OWES, SERVER_OWES, HALF_OPEN, FIN_FROM_BETWEEN, NOT_A_PAIR, TRANSLATED, OUTSIDE };

static const enum sort sorts[CONNECTIONS] = {
	[9] = CLIENT_OWES,  [10] = CLIENT_OWES, [11] = CLIENT_OWES, [12] = CLIENT_OWES,
	[13] = SERVER_OWES, [14] = SERVER_OWES, [15] = HALF_OPEN,   [16] = FIN_FROM_BETWEEN,
	[17] = NOT_A_PAIR,  [18] = TRANSLATED,  [19] = OUTSIDE,
};

struct world {
	unsigned hosts, epoch, hub_count;
	const char *const *hubs;
	uint64_t now_ms;
	_Atomic unsigned failed;
	pthread_barrier_t sealed; /* all batches of all workers */
	uint64_t began_ms;        /* to send */
};

static inline bool is_incomplete(unsigned host)
{
	return host % 50 == 49;
}

static inline bool is_exhausted(unsigned host)
{
	return host % 211 == 7;
}

/* One of its connections was closed by the server between both looks. */
static inline bool has_closed_lately(unsigned host)
{
	return host % 7 == 3;
}

static inline bool is_of_release(unsigned host, bool new)
{
	return host % SERVICES == UPDATED && host / SERVICES % 2 == new;
}

static inline uint64_t started_ms(const struct world *w, unsigned host)
{
	return w->now_ms - (is_of_release(host, true) ? 3600000 + host * 1000ULL : 86400000);
}

static inline bool is_owed(enum sort sort, bool by_client)
{
	return by_client ? sort == CLIENT_OWES || sort == TRANSLATED || sort == FIN_FROM_BETWEEN : sort == SERVER_OWES;
}

/* Whose release is the old one owes nothing. */
static inline enum sort sort_of(unsigned client, unsigned server, unsigned k)
{
	bool paid = (is_of_release(client, false) && is_owed(sorts[k], true)) ||
	            (is_of_release(server, false) && is_owed(sorts[k], false));

	return paid ? HEALTHY : sorts[k];
}

/* One of the connections of a host, as both ends have it. */
struct connection {
	unsigned client, server;
	enum sort sort;
	bool stale;
	uint64_t number;
	struct endpoint client_own, client_peer, server_own, server_peer;
};

static inline struct endpoint endpoint_of(unsigned net, unsigned host, unsigned port)
{
	return (struct endpoint){ .addr.bytes = { [10] = 255,
		                                  255,
		                                  10,
		                                  (uint8_t)(net + (host >> 16)),
		                                  (uint8_t)(host >> 8),
		                                  (uint8_t)host },
		                  .port = (uint16_t)port };
}

static inline struct connection connection_of(const struct world *w, unsigned host, unsigned k)
{
	unsigned server = (host + 1 + k * 37 % (w->hosts - 1)) % w->hosts;
	struct connection c = {
		.client = host,
		.server = server,
		.sort = sort_of(host, server, k),
		.stale = host % 4 == 0 && (k == 9 || k == 10),
		.number = hash_word(hash_word(5, host), k),
		.client_own = endpoint_of(128, host, 20000 + k),
		.client_peer = endpoint_of(128, server, 2000 + server % SERVICES),
	};

	c.server_own = c.client_peer;
	c.server_peer = c.client_own;
	if (c.sort == OUTSIDE)
		c.client_peer.addr.bytes[12] = 203;
	if (c.sort == TRANSLATED) {
		c.client_peer = endpoint_of(200, server, 30000);
		c.server_peer = endpoint_of(220, host, 40000 + k);
	}
	return c;
}

/* Whose connection it is that comes to this host. */
static inline unsigned client_of(const struct world *w, unsigned host, unsigned k)
{
	return (host + w->hosts - 1 - k * 37 % (w->hosts - 1)) % w->hosts;
}

/* Both ends were there in the first look; in the second the server's is gone. If the client's host looked before the
 * server's, it may have gone, too: not proved. */
static inline bool is_closed_lately(const struct connection *c)
{
	return c->sort == HALF_OPEN && has_closed_lately(c->client);
}

static inline bool has_server_end(const struct connection *c, unsigned look)
{
	return (c->sort != HALF_OPEN || (look == 0 && is_closed_lately(c))) && c->sort != OUTSIDE;
}

static inline uint64_t look_ms(const struct world *w, unsigned host, unsigned look)
{
	return w->now_ms - (LOOKS - 1 - look) * 60000 + host * 7919ULL % 1000;
}
