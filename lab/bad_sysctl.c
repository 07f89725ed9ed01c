/* A setting that hurts: the list of reserved ports, meant for a few services, covers nearly the whole range that
 * connect() and bind(0) choose from. Nothing has failed yet. */
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
	char reserved[32];

	snprintf(reserved, sizeof(reserved), "20000-%u",
	         20000 + 9999 - (unsigned)seed_pick(lab->seed, "left", 30, 200));
	int error = lab_range(lab, 20000, 10000);
	if (!error)
		error = lab_sysctl(lab, "net.ipv4.ip_local_reserved_ports", reserved);
	return error ? error : lab_start_each(lab, "backend", "app", NULL);
}

const struct lab_fault lab_bad_sysctl = {
	.name = "bad-sysctl",
	.title = "the list of reserved ports eats the range of local ports",
	.story = "  app      has a few connections to backend on 127.0.0.1:8080; that is all it can ever have\n"
	         "  backend  answers there\n"
	         "ip_local_reserved_ports covers nearly all of ip_local_port_range.\n",
	.expect = { .roots = { { "bad-sysctl", NULL } } },
	.roles = { { "backend", "--listen 127.0.0.1:8080", run_server },
	           { "app", "--backend 127.0.0.1:8080", run_client } },
	.make = make,
};
