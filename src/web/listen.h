/* Sockets that listen: an address and a port, or a path. */
#pragma once
#include "model/addr.h"
#include "server.h"

struct listen_address {
	struct endpoint endpoint; /* port 0: it is a path */
	const char *path;
};

enum { LISTEN_PORT = 9779 };

/* "127.0.0.1:9779", "[::1]:9779", ":9779" (all addresses), "localhost:9779", "unix:/run/unfin/web.sock". 0 or -EINVAL.
 */
int listen_parse(const char *text, struct listen_address *ret);
/* Is it reached from this host alone? */
bool listen_is_local(const struct listen_address *a);
void listen_format(struct text *t, const struct listen_address *a);
/* 0 or -errno: -EADDRINUSE somebody listens there. A path that nobody listens at any more is taken over. */
int listen_open(const struct listen_address *a, struct server_socket *ret);
