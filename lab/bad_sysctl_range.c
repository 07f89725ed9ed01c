/* The range of local ports was widened over the ports of services, and none is reserved. All is well until one of them
 * restarts: by then a client may have its number. */
#include "lab/kit/kit.h"

static void run_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:8080", .answer_bytes = 200, .idle_ms = SERVE_KEEPS });
}

static void run_client(struct role *r)
{
	play_pool(r, "127.0.0.1:8080", (unsigned)seed_pick(r->seed, "pool", 3, 12), 3);
}

static int make(struct lab *lab)
{
	int error = lab_range(lab, (unsigned)seed_pick(lab->seed, "first", 1024, 8000), 50000);

	return error ? error : lab_start_each(lab, "backend", "app", NULL);
}

const struct lab_fault lab_bad_sysctl_range = {
	.name = "bad-sysctl-range",
	.title = "ip_local_port_range was widened over a service's port, which is not reserved",
	.story = "  app      has a few connections to backend\n"
	         "  backend  listens on 127.0.0.1:8080, a number that connect() may give to any client while it "
	         "restarts\n",
	.expect = { .roots = { { "bad-sysctl", NULL } } },
	.roles = { { "backend", "--listen 127.0.0.1:8080", run_server },
	           { "app", "--backend 127.0.0.1:8080", run_client } },
	.make = make,
};
