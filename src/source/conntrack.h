/* The kernel's table of connections that it tracks for a firewall or for NAT (NETLINK_NETFILTER). One dump is of the
 * network namespace the calling thread is in; it needs CAP_NET_ADMIN there. */
#pragma once
#include "model/addr.h"
#include "model/state.h"
#include <linux/netlink.h>

/* One connection, as its opener names it and as its peer sees it: they differ where an address is translated. */
struct track {
	struct endpoint source, destination;
	struct endpoint seen_source, seen_destination;
	uint16_t zone; /* tuples are unique within a zone */
	uint8_t state; /* enum tcp_state, the nearest to the word of conntrack */
};

/* One message of the kernel's. False if it is not one of a TCP connection. */
bool conntrack_decode(const struct nlmsghdr *message, struct track *ret);

/* Calls back for every TCP connection of the table. 0 or -errno: -EPERM; -EINVAL: the module nf_conntrack_netlink is
 * missing; -EINTR: the table changed so that the list has holes, dump again. */
int conntrack_dump(void (*found)(void *context, const struct track *track), void *context);

/* May the table be read? 0 or -errno, as conntrack_dump(); nothing of it is read. */
int conntrack_probe(void);
