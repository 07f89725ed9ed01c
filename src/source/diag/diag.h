/* The kernel's own interface for lists of sockets (NETLINK_SOCK_DIAG): open to every user, needs no BPF; tells
 * less. One dump is of the network namespace the socket was opened in. */
#pragma once
#include "model/socket.h"
#include <linux/netlink.h>

struct diag;

/* For the namespace the thread is in. 0, or -errno: -ENOENT, -EPROTONOSUPPORT: the kernel has no sock_diag. */
int diag_open(struct diag **ret);
void diag_close(struct diag *d); /* NULL is fine */
void diag_cleanup(struct diag **d);

/* Does the kernel list TCP sockets at all? 0 or -errno (-ENOENT: a module is missing). */
int diag_probe(struct diag *d);
/* Can the kernel destroy sockets, and may we? Asked of a connection that nobody has: -ENOENT says yes; -EPERM,
 * -EOPNOTSUPP. */
int diag_probe_destroy(struct diag *d);
/* The cookie of the socket with this 4-tuple, in the namespace `d` was opened in: one that had none gets it by
 * being asked. 0 or -errno (-ENOENT: there is none). */
int diag_cookie(struct diag *d, const struct endpoint *local, const struct endpoint *peer, uint64_t *ret);
/* What is true of this socket now, known by cookie and 4-tuple; netns is left 0. -ENOENT: it is gone. */
int diag_find(struct diag *d, const struct socket *s, struct socket *ret);
/* Destroys exactly this one. 0 or -errno: -ENOENT, -ESTALE: it is gone; -EPERM; -EOPNOTSUPP. */
int diag_destroy(struct diag *d, const struct socket *s);
/* The cookie of the network namespace that `d` was opened in, which no other one gets until the next boot; 0: this
 * kernel (before 5.14) does not tell. */
uint64_t diag_netns_cookie(const struct diag *d);
/* Calls back for every TCP socket; `facts->netns` is left 0. 0 or -errno; -EINTR: the kernel says that the table
 * changed so that the list has holes, dump again. */
int diag_dump(struct diag *d, void (*found)(void *context, const struct socket *facts), void *context);

/* One message of the kernel's. False if it is not one of a TCP socket. */
bool diag_decode(const struct nlmsghdr *message, bool mptcp, struct socket *ret);

/* What a copy of somebody's descriptor tells of itself: for sockets that are in no table (never connected, or
 * dead and still held). False if it is no TCP socket. Fills the facts but netns and inode. */
bool diag_ask(int fd, struct socket *ret);
