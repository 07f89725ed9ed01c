/* Questions that only a call answers: which source does a route give, is there really a port? Each is asked in
 * the namespace concerned, takes at most one port and gives it back before it returns. */
#pragma once
#include "doors.h"
#include "model/port/report.h"

struct probe {
	struct doors doors;
};

/* 0 or -errno: there is no /proc. */
int probe_open(struct probe *p, const struct moment *m);
void probe_close(struct probe *p);
/* Moves the calling thread there: 0 or -errno. */
int probe_enter(struct probe *p, const struct netns *n);

/* bind() as this asker would; port 0 lets the kernel choose. 0 and the kernel's answer, or -errno if it could
 * not be asked. */
int probe_bind(const struct port_asker *asker, uint16_t port, struct port_probe *ret);
/* connect() from this source. In repair mode (CAP_NET_ADMIN): the port is allotted as ever, and no packet is sent,
 * nor when it is given back. A TIME_WAIT that is taken over for it is gone after. */
int probe_connect(const struct addr *source, const struct endpoint *destination, struct port_probe *ret);
/* The source address that the route to there gives; nothing is sent. 0 or -errno: no route. */
int probe_route(const struct endpoint *destination, struct addr *ret);
