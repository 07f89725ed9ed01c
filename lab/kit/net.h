/* Sockets as the fault's programs use them: blocking, IPv4 or IPv6, addresses written "127.0.0.1:80" and
 * "[::1]:80". The talk is a few lines of HTTP, so that a stranger who looks into it knows what it is. */
#pragma once
#include "model/addr.h"
#include <sys/socket.h>

/* Kernel form of an endpoint, and back. The length is that of its family. */
socklen_t net_sockaddr(const struct endpoint *e, struct sockaddr_storage *ret);
struct endpoint net_endpoint(const struct sockaddr_storage *address);

/* Both ends of a socket; no peer is the any-address of its family and port 0. 0 or -errno. */
int net_ends(int fd, struct endpoint *ret_local, struct endpoint *ret_peer);

/* All give a descriptor (close-on-exec) or -errno. */
int net_listen(const char *address, int backlog);        /* SO_REUSEADDR, as servers do */
int net_listen_shared(const char *address, int backlog); /* SO_REUSEPORT: one listener among several */
int net_bind(const char *address);                       /* SO_REUSEADDR, and no more than bound */
int net_connect(const char *peer);
int net_connect_from(const char *source, const char *peer); /* bind() first; "0.0.0.0:0" for any port */

/* One request and its whole answer, whose length the answer tells; EOF is not waited for.
 * 0, or -errno, -EPIPE if the peer was gone. */
int net_fetch(int fd);
int net_ask(int fd);         /* only the request */
int net_read_answer(int fd); /* only the answer */
int net_answer(int fd, size_t body_bytes);

/* Closes with a reset: nothing of the connection stays behind. */
void net_reset(int fd);
