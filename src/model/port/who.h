/* One port: who sits on it, in which way, and what a bind() to it would meet. Pure; inet_bind_conflict() of
 * net/ipv4/inet_connection_sock.c is in port_rule.h. */
#pragma once
#include "rule.h"

/* In the order of what a person would look for. */
enum port_way {
	WAY_LISTENER,  /* listens */
	WAY_INHERITED, /* a listener that the asker's own child still holds */
	WAY_BOUND,     /* bound to it, not listening */
	WAY_SELF,      /* a connection to itself: connect() to a free port of one's own range */
	WAY_LEAKED,    /* a client's connection whose peer has finished, or that is dead by now */
	WAY_CLIENT,    /* a client's connection: the kernel, or a bind(), chose this number for it */
	WAY_CHILD,     /* a connection that was accepted on it */
	WAY_ORPHAN,    /* closed by its process, still ending */
	WAY_TIME_WAIT,
	WAY_COUNT,
};

struct port_seat {
	uint32_t socket; /* index into the moment's sockets */
	enum port_way way;
	bool dual_stack;        /* an IPv6 socket that holds up an IPv4 asker, or the other way round */
	bool other_user;        /* SO_REUSEPORT is set, and would be granted to its own user */
	bool yields_to_reuse;   /* SO_REUSEADDR of the asker would do */
	bool yields_to_sharing; /* SO_REUSEPORT of the asker, by the same user, would do */
};

struct port_seats {
	ARRAY(struct port_seat) rows;
};

/* Appends who holds up a bind() of this asker to the port, by way; nobody: it would succeed. NULL: all who have
 * the number. */
void ports_seats(const struct port_map *map, uint32_t netns, uint16_t port, const struct port_asker *asker,
                 struct port_seats *ret);

const char *port_way_text(enum port_way way);   /* "a listener" */
const char *port_way_name(enum port_way way);   /* "listener", as JSON has it */
const char *port_way_remedy(enum port_way way); /* what frees the port now */
/* So that it is not taken again; NULL: nothing in general. */
const char *port_way_prevention(enum port_way way);
/* Would a plain connect() ever choose this port: is it in the range, not reserved, and not bound? */
bool port_is_automatic(const struct port_map *map, uint32_t netns, uint16_t port);
