/* Nothing is wrong: a busy program closes its connections as it should, and who closes first keeps
 * TIME_WAIT for a minute. Thousands of them are close rate x 60 s, and a small part of the ports. */
#include "lab/kit/kit.h"

static void run_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:9000", .answer_bytes = 200, .idle_ms = SERVE_KEEPS });
}

/* A burst first, so that nobody has to wait a minute for thousands. */
static void run_proxy(struct role *r)
{
	unsigned burst = (unsigned)seed_pick(r->seed, "burst", 1500, 3000);
	struct pace pace = pace_per_s(r, burst / 2.0);

	role_ready(r);
	for (;;) {
		int fd = role_need(r, net_connect("127.0.0.1:9000"), "connect");
		r->row->failed += net_fetch(fd) != 0;
		close(fd);
		if (++r->row->closed == burst)
			pace = pace_per_s(r, burst / 60.0);
		pace_wait(&pace);
	}
}

/* Not quite all of them stay: a new connection may take over a TIME_WAIT of its own 4-tuple. */
static int make(struct lab *lab)
{
	unsigned burst = (unsigned)seed_pick(lab->seed, "burst", 1500, 3000);
	int error = lab_start(lab, "backend");

	if (!error)
		error = lab_start(lab, "proxy");
	return error ? error : lab_until(lab, 20, look_count(TCP_TIME_WAIT, 9000) >= burst * 8 / 10);
}

const struct lab_fault lab_healthy_time_wait = {
	.name = "healthy-time-wait",
	.title = "nothing wrong: thousands of TIME-WAIT, as a busy program has",
	.story = "  backend  answers on 127.0.0.1:9000\n"
	         "  proxy    connects, asks, closes: each leaves a TIME-WAIT for 60 s, and ports are enough\n",
	.expect = { .healthy = true },
	.roles = { { "backend", "--listen 127.0.0.1:9000", run_server },
	           { "proxy", "--upstream 127.0.0.1:9000", run_proxy } },
	.make = make,
};
