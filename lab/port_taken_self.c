/* A client whose server is down connects to a free port of its own range, often enough: one day the kernel chooses
 * that very port for it, and it is connected to itself. Now the server cannot start. */
#include "lab/kit/kit.h"

enum { PORT = 45000 };

static void run_client(struct role *r)
{
	struct pace pace = pace_per_s(r, 50);
	int fd = -1;

	while (fd < 0 && pace_wait(&pace))
		fd = net_connect("127.0.0.1:45000");
	role_keep(r, fd, "established");
	role_ready(r);
	role_rest();
}

static void run_server(struct role *r)
{
	play_binder(r, "127.0.0.1:45000", true);
}

/* Of two ports it takes moments, of 28,232 hours. */
static int make(struct lab *lab)
{
	int error = lab_range(lab, PORT, 2);

	if (!error)
		error = lab_start(lab, "job-client");
	if (!error)
		error = lab_range(lab, 32768, 28232);
	if (!error)
		error = lab_start(lab, "job-server");
	return error ? error : lab_until(lab, 10, lab_row(lab, "job-server")->failed >= 3);
}

const struct lab_fault lab_port_taken_self = {
	.name = "port-taken-self",
	.title = "a server cannot bind its port: a client that waited for it is connected to itself",
	.story = "  job-server  cannot bind 127.0.0.1:45000\n"
	         "  job-client  tried to reach it there while it was down, and got a connection from 45000 to 45000\n",
	.expect = { .roots = { { "port-taken", "job-client" } },
	            .victims = { { "job-server", "bind", "EADDRINUSE" } } },
	.roles = { { "job-client", "--server 127.0.0.1:45000", run_client },
	           { "job-server", "--listen 127.0.0.1:45000", run_server } },
	.make = make,
};
