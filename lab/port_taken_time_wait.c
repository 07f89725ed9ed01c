/* A server that restarts without SO_REUSEADDR: the connections that it closed itself are in TIME_WAIT on its port,
 * for a minute. Nobody holds them, and nobody has to close them. */
#include "lab/kit/kit.h"

static void run_server(struct role *r)
{
	struct pace pace = pace_per_s(r, 100);
	unsigned served = (unsigned)seed_pick(r->seed, "served", 5, 60);
	int listener = role_need(r, net_listen("127.0.0.1:8080", 64), "listen");

	role_ready(r);
	for (unsigned i = 0; i < served && pace_wait(&pace); i++) {
		int fd;
		play_accept(r, listener, &fd, 1);
		net_answer(fd, 100);
		close(fd);
	}
	close(listener);
	play_binder(r, "127.0.0.1:8080", false);
}

static void run_clients(struct role *r)
{
	role_ready(r);
	for (unsigned i = 0; i < seed_pick(r->seed, "served", 5, 60); i++) {
		char rest[256];
		int fd = role_need(r, net_connect("127.0.0.1:8080"), "connect");
		net_ask(fd);
		while (recv(fd, rest, sizeof(rest), 0) > 0)
			;
		close(fd);
	}
	role_rest();
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "legacy-server", "its-clients", NULL);

	return error ? error : lab_until(lab, 10, lab_row(lab, "legacy-server")->failed >= 3);
}

const struct lab_fault lab_port_taken_time_wait = {
	.name = "port-taken-time-wait",
	.title = "a server cannot bind its port again: TIME-WAIT, and no SO_REUSEADDR",
	.story = "  legacy-server  restarted; it cannot bind 127.0.0.1:8080 for a minute, as it does not set "
	         "SO_REUSEADDR\n"
	         "  its-clients    were served and have gone\n",
	.expect = { .roots = { { "port-taken", "legacy-server" } },
	            .victims = { { "legacy-server", "bind", "EADDRINUSE" } } },
	.roles = { { "legacy-server", "--listen 127.0.0.1:8080", run_server },
	           { "its-clients", "--to 127.0.0.1:8080", run_clients } },
	.make = make,
};
