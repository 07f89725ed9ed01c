/* Nothing is wrong with any connection: a monitor asks every second whether a service is up that is not installed
 * here. It is refused; a refused connect() leaves nothing behind and is not for want of ports. */
#include "lab/kit/kit.h"

static void run_monitor(struct role *r)
{
	play_short(r, "127.0.0.1:9999", (double)seed_pick(r->seed, "rate", 1, 10));
}

static void run_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:8080", .answer_bytes = 100, .idle_ms = SERVE_KEEPS });
}

static void run_app(struct role *r)
{
	play_pool(r, "127.0.0.1:8080", (unsigned)seed_pick(r->seed, "pool", 5, 20), 4);
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "backend", "app", "monitor", NULL);

	return error ? error : lab_until(lab, 20, lab_row(lab, "monitor")->failed > 3);
}

const struct lab_fault lab_healthy_refused = {
	.name = "healthy-refused",
	.title = "nothing wrong: a monitor is refused by a service that is not there",
	.story = "  monitor  tries 127.0.0.1:9999, where nobody listens: ECONNREFUSED\n"
	         "  app      has a pool of connections to backend on 127.0.0.1:8080\n",
	.expect = { .healthy = true, .allowed = { "unexplained-failure" } },
	.roles = { { "backend", "--listen 127.0.0.1:8080", run_server },
	           { "app", "--backend 127.0.0.1:8080", run_app },
	           { "monitor", "--check 127.0.0.1:9999", run_monitor } },
	.make = make,
};
