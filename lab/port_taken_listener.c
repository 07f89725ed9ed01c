/* The commonest "Address already in use" of all: another program listens on that port. */
#include "lab/kit/kit.h"

static void run_old(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:8080", .answer_bytes = 200, .idle_ms = SERVE_KEEPS });
}

static void run_new(struct role *r)
{
	play_binder(r, "0.0.0.0:8080", true);
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "legacy-api", "new-api", NULL);

	return error ? error : lab_until(lab, 10, lab_row(lab, "new-api")->failed >= 3);
}

const struct lab_fault lab_port_taken_listener = {
	.name = "port-taken-listener",
	.title = "a server cannot bind its port: another program listens there",
	.story = "  new-api     cannot bind 0.0.0.0:8080, and tries again\n"
	         "  legacy-api  listens on 127.0.0.1:8080\n",
	.expect = { .roots = { { "port-taken", "legacy-api" } }, .victims = { { "new-api", "bind", "EADDRINUSE" } } },
	.roles = { { "legacy-api", "--listen 127.0.0.1:8080", run_old },
	           { "new-api", "--listen 0.0.0.0:8080", run_new } },
	.make = make,
};
