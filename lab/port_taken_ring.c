/* A server was replaced: it closed its listener, but keeps the connections it had accepted, which still have the port,
 * and most of its descriptors. The new one cannot bind. Each of the two facts looks like the other's cause; one of them
 * is why a call fails, and must be told. */
#include "lab/kit/kit.h"

enum { LIMIT = 64, SESSIONS = 55 };

static void run_old(struct role *r)
{
	int fds[SESSIONS], listener = role_need(r, net_listen("127.0.0.1:8080", 128), "listen");

	role_limit_files(LIMIT);
	role_ready(r);
	play_accept(r, listener, fds, SESSIONS);
	close(listener);
	r->row->held = SESSIONS;
	role_rest();
}

static void run_users(struct role *r)
{
	role_ready(r);
	for (unsigned i = 0; i < SESSIONS; i++) {
		int fd = role_need(r, net_connect("127.0.0.1:8080"), "connect");
		net_ask(fd);
		role_keep(r, fd, "established");
	}
	role_rest();
}

static void run_new(struct role *r)
{
	play_binder(r, "127.0.0.1:8080", false);
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "order-server", "users", NULL);

	if (!error)
		error = lab_until(lab, 10, lab_row(lab, "order-server")->held == SESSIONS);
	if (!error)
		error = lab_start(lab, "order-server-2");
	return error ? error : lab_until(lab, 10, lab_row(lab, "order-server-2")->failed >= 3);
}

const struct lab_fault lab_port_taken_ring = {
	.name = "port-taken-ring",
	.title = "a new server cannot bind: the old one keeps its connections, and is short of descriptors",
	.story = "  order-server    closed its listener on 127.0.0.1:8080 and keeps 55 connections, of 64 descriptors\n"
	         "  users           stay connected to it\n"
	         "  order-server-2  is to take its place, and cannot bind\n",
	.expect = { .watched = true,
	            .roots = { { "port-taken", "order-server" } },
	            .victims = { { "order-server-2", "bind", "EADDRINUSE" } },
	            .allowed = { "fd-limit" } },
	.roles = { { "order-server", "--listen 127.0.0.1:8080", run_old },
	           { "users", "--to 127.0.0.1:8080", run_users },
	           { "order-server-2", "--listen 127.0.0.1:8080", run_new } },
	.make = make,
};
