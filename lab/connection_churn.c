/* Connections to one destination are opened and closed so fast that their TIME_WAIT takes all the ports to it: more
 * than ports / 60 s. The destination is another host, where the kernel does not reuse TIME_WAIT by itself. */
#include "lab/kit/kit.h"

static unsigned range_of(uint64_t seed)
{
	return 2 * (unsigned)seed_pick(seed, "range", 750, 2000);
}

static void run_server(struct role *r)
{
	serve(r, &(struct service){ .address = "10.77.0.2:8086", .answer_bytes = 100, .idle_ms = SERVE_KEEPS });
}

/* A burst to most of the range, then a rate that would need more than all of it. */
static void run_push(struct role *r)
{
	unsigned burst = range_of(r->seed) * (unsigned)seed_pick(r->seed, "burst", 60, 75) / 100;
	struct pace fast = pace_per_s(r, burst / 3.0);

	role_ready(r);
	while (r->row->closed < burst && pace_wait(&fast)) {
		int fd = role_need(r, net_connect("10.77.0.2:8086"), "connect");
		net_fetch(fd);
		close(fd);
		r->row->closed++;
	}
	play_short(r, "10.77.0.2:8086", range_of(r->seed) / 40.0);
}

static int make(struct lab *lab)
{
	unsigned range = range_of(lab->seed);
	int error = lab_far(lab);

	if (!error)
		error = lab_range(lab, 20000, range);
	if (!error)
		error = lab_start_each(lab, "metrics-db", "metrics-push", NULL);
	return error ? error : lab_until(lab, 20, look_count(TCP_TIME_WAIT, 8086) > range * 6 / 10);
}

const struct lab_fault lab_connection_churn = {
	.name = "connection-churn",
	.title = "a connection for every request: TIME-WAIT takes the ports of one destination",
	.story = "  metrics-push  opens a connection to 10.77.0.2:8086 for every sample, and closes it\n"
	         "  metrics-db    on that other host would keep connections open, if it were asked to\n"
	         "The range of local ports is small here: close rate x 60 s is more than it has.\n",
	.expect = { .roots = { { "connection-churn", "metrics-push" } },
	            .effects = { { "ports-exhausted", "connection-churn" } } },
	.roles = { { "metrics-db", "--listen 10.77.0.2:8086", run_server, .far = true },
	           { "metrics-push", "--to 10.77.0.2:8086", run_push } },
	.make = make,
};
