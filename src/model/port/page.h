/* What `unfin ports PORT` tells of one port in one namespace: who has it, and what a bind() to it would come to. */
#pragma once
#include "datagram.h"
#include "report.h"
#include "who.h"

struct port_would {
	struct port_asker asker;
	bool ok;
	uint32_t because; /* not ok: index of the socket that is in the way first */
	struct port_probe probe;
};

struct port_page {
	const struct moment *moment;
	uint32_t netns;
	uint16_t port;
	bool automatic; /* a plain connect() may choose it */
	struct port_seats seats;
	ARRAY(struct port_would) would;
	const struct datagrams *udp; /* of all namespaces; NULL: not known, as of a kept moment */
};

struct port_pages {
	ARRAY(struct port_page) rows;
};

/* A page for each namespace in scope where somebody has the port; for the tool's own in any case. `uid` asks. The pages
 * borrow the map and `udp`, which may be NULL. */
void port_pages_make(const struct port_map *map, uint16_t port, uint32_t uid, const struct datagrams *udp,
                     struct port_pages *ret);
void port_pages_free(struct port_pages *pages);

bool port_would_agrees(const struct port_would *w); /* with its probe, if there was one */
