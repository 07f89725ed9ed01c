/* A server with nearly all of its descriptors in use, and a second one that wants its port: two facts that have nothing
 * to do with each other. More descriptors for the first would not give the second its port. */
#include "lab/kit/kit.h"

enum { LIMIT = 64, SESSIONS = 52 };

static void run_server(struct role *r)
{
	int fds[SESSIONS], listener = role_need(r, net_listen("127.0.0.1:8080", 128), "listen");

	role_limit_files(LIMIT);
	role_ready(r);
	play_accept(r, listener, fds, SESSIONS);
	for (int extra = 0; extra >= 0 && extra < LIMIT - 3;)
		extra = role_need(r, dup(listener), "dup");
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

static void run_second(struct role *r)
{
	play_binder(r, "127.0.0.1:8080", true);
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "chat-server", "users", NULL);

	if (!error)
		error = lab_until(lab, 10, lab_row(lab, "chat-server")->held == SESSIONS);
	if (!error)
		error = lab_start(lab, "admin-server");
	return error ? error : lab_until(lab, 10, lab_row(lab, "admin-server")->failed >= 3);
}

const struct lab_fault lab_port_taken_full = {
	.name = "port-taken-full",
	.title = "a port is taken by a server that is short of descriptors, too: two facts, no cause",
	.story = "  chat-server   listens on 127.0.0.1:8080 and has 62 of 64 descriptors in use\n"
	         "  users         stay connected to it\n"
	         "  admin-server  is configured for the same port, and cannot bind\n",
	.expect = { .watched = true,
	            .roots = { { "port-taken", "chat-server" }, { "fd-limit", "chat-server" } },
	            .victims = { { "admin-server", "bind", "EADDRINUSE" } } },
	.roles = { { "chat-server", "--listen 127.0.0.1:8080", run_server },
	           { "users", "--to 127.0.0.1:8080", run_users },
	           { "admin-server", "--listen 127.0.0.1:8080", run_second } },
	.make = make,
};
