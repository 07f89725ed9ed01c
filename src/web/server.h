/* Starts the listeners, works until it is asked to stop, ends them. */
#pragma once
#include "site.h"

/* Sockets that listen already; they are the server's from now on. */
struct server_socket {
	int fd;
	bool local; /* a unix socket: no TLS, no user */
};

struct server;

/* The plan is borrowed. */
struct server *server_make(const struct site_plan *plan);
/* Instead of a file of metrics. */
void server_fix_metrics(struct server *s, const char *metrics);
/* Whatever is to be given up was given up before: the threads have no more rights than who calls this. False: the
 * library refused, for want of a key that fits most likely. */
bool server_open(struct server *s, const struct server_socket *sockets, size_t count);
/* Returns when stop_asked(), or at the end of stdin if the plan says so. */
void server_work(struct server *s);
void server_stop(struct server *s); /* NULL is fine */
