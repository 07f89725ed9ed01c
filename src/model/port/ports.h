/* The port budget: how many more bind(port 0) and connect() calls a namespace grants, counted as the kernel
 * counts when it chooses a port. Pure functions of a moment; all figures are ports.
 *
 * connect() without bind (__inet_hash_connect, net/ipv4/inet_hashtables.c) takes a port of
 * ip_local_port_range that is not reserved, whose bind bucket was not made by bind() or listen()
 * (fastreuse < 0 and fastreuseport < 0), and whose 4-tuple is unique but for a TIME_WAIT that may be reused
 * (tcp_twsk_unique, net/ipv4/tcp_ipv4.c). bind(port 0) (inet_csk_find_open_port,
 * net/ipv4/inet_connection_sock.c) takes one that no owner of a conflicting address has, whatever its peer. */
#pragma once
#include "base/array.h"
#include "model/moment.h"

/* The socket that asks for a port. Zero but for `local`: no options, what most programs do. */
struct port_asker {
	struct addr local; /* bind's address, or the source of a connect; `v6` is the socket's family */
	bool v6only;       /* IPV6_V6ONLY; an AF_INET6 address that is neither :: nor mapped implies it */
	bool reuseaddr, reuseport;
	uint32_t uid; /* SO_REUSEPORT is granted within one user only */
	uint32_t pid; /* 0: not known; tells a listener that its own child inherited */
	bool assumed; /* judge as if the namespace had the address */
};

struct port_budget {
	uint32_t netns;               /* index into the moment's namespaces */
	struct port_asker asker;      /* who asks: bind's address, or connect's source */
	struct endpoint destination;  /* connect only; bind: port 0 */
	const struct netns *settings; /* what it is counted by; NULL: the namespace's own (ports_under()) */
	bool absent;                  /* the namespace does not have the address: nothing is usable */
	uint32_t usable;              /* ports of the range that are not reserved */
	uint32_t used;                /* surely taken: usable - free_high */
	uint32_t free_low, free_high;
	uint32_t by_state[STATE_COUNT]; /* the used ones, by the state of a socket that takes it; sums to `used` */
};

struct port_budgets {
	ARRAY(struct port_budget) rows;
};

/* Indexes into the moment's sockets. */
struct port_takers {
	ARRAY(uint32_t) sockets;
};

/* The sockets of a moment in the order of namespace and port. Borrows the moment, which must stay as it is. */
struct port_map;

struct port_map *port_map_new(const struct moment *m);
void port_map_free(struct port_map *map); /* NULL is fine */
void port_map_cleanup(struct port_map **map);

/* The budgets of one namespace; 0, or -ENODATA if its port range is not known. */
int ports_bind(const struct port_map *map, uint32_t netns, const struct port_asker *asker, struct port_budget *ret);
int ports_connect(const struct port_map *map, uint32_t netns, const struct addr *source,
                  const struct endpoint *destination, struct port_budget *ret);

/* What a source address would have that the namespace does not have yet. */
int ports_connect_new(const struct port_map *map, uint32_t netns, const struct addr *source,
                      const struct endpoint *destination, struct port_budget *ret);

/* The same budget if the settings (port range, reserved ports, tcp_tw_reuse) were others: they stay the caller's, and
 * must stay as they are while `ret` is used. The namespace's range must be known. */
void ports_under(const struct port_map *map, const struct port_budget *budget, const struct netns *settings,
                 struct port_budget *ret);

/* Appends the budget of every local address that holds a port of this namespace's range and is still there, and of
 * the wildcards of the families seen; at most `most`, those with least left first. Same errors. */
int ports_bind_all(const struct port_map *map, uint32_t netns, size_t most, struct port_budgets *ret);
/* The same for every (source, destination) to which a port chosen by connect() is bound. One pass. */
int ports_connect_all(const struct port_map *map, uint32_t netns, size_t most, struct port_budgets *ret);

/* Appends the sockets that take ports from this budget: one for each used port, the one by_state counts. */
void ports_takers(const struct port_map *map, const struct port_budget *budget, struct port_takers *ret);

/* The source address a plain connect() to this destination gets, judged by what is there: the source most
 * used towards it, else towards any; loopback by itself. 0 or -ENODATA: ask the route (see src/source). */
int ports_source(const struct port_map *map, uint32_t netns, const struct endpoint *destination, struct addr *ret);

/* The number of ports that ip_local_port_range and ip_local_reserved_ports leave; 0 if not known. */
uint32_t ports_usable(const struct netns *n);
bool port_is_usable(const struct netns *n, uint32_t port);
bool port_is_reserved(const struct netns *n, uint32_t port);

static inline bool port_budget_exact(const struct port_budget *b)
{
	return b->free_low == b->free_high;
}
