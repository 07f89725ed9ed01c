/* The port lies inside the range that connect() chooses from, and a program's connection to elsewhere happens to sit
 * on it: a healthy connection, to a healthy server, in the way of another. */
#include "lab/kit/kit.h"

enum { PORT = 40080 };

static void run_database(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:5432", .answer_bytes = 200, .idle_ms = SERVE_KEEPS });
}

static void run_app(struct role *r)
{
	play_pool(r, "127.0.0.1:5432", 2, 3);
}

static void run_server(struct role *r)
{
	play_binder(r, "0.0.0.0:40080", true);
}

/* The range is narrow while the pool is made, so that it takes the very port. */
static int make(struct lab *lab)
{
	int error = lab_range(lab, PORT, 2);

	if (!error)
		error = lab_start_each(lab, "database", "web-app", NULL);
	if (!error)
		error = lab_range(lab, 32768, 28232);
	if (!error)
		error = lab_start(lab, "metrics-server");
	return error ? error : lab_until(lab, 10, lab_row(lab, "metrics-server")->failed >= 3);
}

const struct lab_fault lab_port_taken_ephemeral = {
	.name = "port-taken-ephemeral",
	.title = "a server cannot bind its port: somebody's outgoing connection sits on it",
	.story = "  metrics-server  cannot bind 0.0.0.0:40080, which lies inside ip_local_port_range\n"
	         "  web-app         has a connection to database on 127.0.0.1:5432 from that very port\n",
	.expect = { .roots = { { "port-taken", "web-app" } },
	            .victims = { { "metrics-server", "bind", "EADDRINUSE" } } },
	.roles = { { "database", "--listen 127.0.0.1:5432", run_database },
	           { "web-app", "--database 127.0.0.1:5432", run_app },
	           { "metrics-server", "--listen 0.0.0.0:40080", run_server } },
	.make = make,
};
