/* Nothing is wrong: a program that binds before it connects, with ports enough: its connections stay and are used,
 * each on a port that nobody else can have. */
#include "lab/kit/kit.h"

enum { MOST = 300 };

static void run_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:8080", .answer_bytes = 100, .idle_ms = SERVE_KEEPS });
}

static void run_app(struct role *r)
{
	unsigned count = (unsigned)seed_pick(r->seed, "count", 20, MOST);
	struct pace pace = pace_per_s(r, 10);
	uint64_t stream = r->seed;
	int fds[MOST];

	for (unsigned i = 0; i < count; i++) {
		fds[i] = role_need(r, net_connect_from("0.0.0.0:0", "127.0.0.1:8080"), "connect");
		role_keep(r, fds[i], "established");
	}
	role_ready(r);
	while (pace_wait(&pace))
		net_fetch(fds[seed_next(&stream, 0, count - 1)]);
}

static int make(struct lab *lab)
{
	return lab_start_each(lab, "backend", "java-app", NULL);
}

const struct lab_fault lab_healthy_bound_pool = {
	.name = "healthy-bound-pool",
	.title = "nothing wrong: a pool that binds before it connects, with ports enough",
	.story = "  java-app  holds connections to backend on 127.0.0.1:8080, each from a port it bound first\n"
	         "  backend   answers\n",
	.expect = { .healthy = true },
	.roles = { { "backend", "--listen 127.0.0.1:8080", run_server },
	           { "java-app", "--backend 127.0.0.1:8080", run_app } },
	.make = make,
};
