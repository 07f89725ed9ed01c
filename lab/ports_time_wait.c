/* TIME_WAIT fills the ports of one destination at a steady rate: the first connect() fails after 30 to 55 s, before
 * the oldest TIME_WAIT ends and gives its port back. */
#include "lab/kit/kit.h"

enum { STANDS_S = 4 };

static unsigned per_s(uint64_t seed)
{
	return (unsigned)seed_pick(seed, "rate", 1, 5) * (unsigned)seed_pick(seed, "more", 10, 60);
}

static unsigned range_of(uint64_t seed)
{
	return 2 * (per_s(seed) * (STANDS_S + (unsigned)seed_pick(seed, "life", 30, 50)) / 2);
}

static void run_server(struct role *r)
{
	serve(r, &(struct service){ .address = "10.77.0.2:8086", .answer_bytes = 100, .idle_ms = SERVE_KEEPS });
}

static void run_push(struct role *r)
{
	play_short(r, "10.77.0.2:8086", per_s(r->seed));
}

static int make(struct lab *lab)
{
	int error = lab_far(lab);

	if (!error)
		error = lab_range(lab, 10000, range_of(lab->seed));
	if (!error)
		error = lab_start_each(lab, "metrics-db", "metrics-push", NULL);
	return error ? error : lab_until(lab, 20, look_count(TCP_TIME_WAIT, 8086) > per_s(lab->seed) * STANDS_S);
}

const struct lab_fault lab_ports_time_wait = {
	.name = "ports-time-wait",
	.title = "TIME-WAIT fills the ports of one destination: they end within a minute",
	.story = "  metrics-push  opens and closes a connection to 10.77.0.2:8086 for every sample, at a steady rate\n"
	         "  metrics-db    answers on that other host\n",
	.expect = { .roots = { { "connection-churn", "metrics-push" } },
	            .effects = { { "ports-exhausted", "connection-churn" } } },
	.roles = { { "metrics-db", "--listen 10.77.0.2:8086", run_server, .far = true },
	           { "metrics-push", "--to 10.77.0.2:8086", run_push } },
	.make = make,
};
