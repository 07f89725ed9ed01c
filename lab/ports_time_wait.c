/* TIME_WAIT fills the ports of one destination at a steady rate: the first connect() fails after 30 to 55 s, before
 * the oldest TIME_WAIT ends and gives its port back. */
#include "lab/kit/kit.h"

enum { STANDS_S = 4, LIFE_MOST_S = 50, PORTS_MOST = 50000 };

static struct seed_limit ports_of(uint64_t seed)
{
	return seed_limit(seed, STANDS_S, LIFE_MOST_S, PORTS_MOST);
}

static void run_server(struct role *r)
{
	serve(r, &(struct service){ .address = "10.77.0.2:8086", .answer_bytes = 100, .idle_ms = SERVE_KEEPS });
}

static void run_push(struct role *r)
{
	play_short(r, "10.77.0.2:8086", ports_of(r->seed).per_s);
}

static int make(struct lab *lab)
{
	int error = lab_far(lab);

	if (!error)
		error = lab_range(lab, 10000, 2 * (ports_of(lab->seed).most / 2));
	if (!error)
		error = lab_start_each(lab, "metrics-db", "metrics-push", NULL);
	return error ? error
	             : lab_until(lab, 20, look_count(TCP_TIME_WAIT, 8086) > ports_of(lab->seed).per_s * STANDS_S);
}

const struct lab_fault lab_ports_time_wait = {
	.name = "ports-time-wait",
	.title = "TIME-WAIT fills the ports of one destination: they end within a minute",
	.story = "  metrics-push  opens and closes a connection to 10.77.0.2:8086 for every sample, at a steady rate\n"
	         "  metrics-db    answers on that other host\n",
	.expect = { .roots = { { "connection-churn", "metrics-push" } },
	            .effects = { { "ports-exhausted", "connection-churn" } },
	            .end = { "ports-exhausted", "metrics-push", "connect", "EADDRNOTAVAIL" } },
	.roles = { { "metrics-db", "--listen 10.77.0.2:8086", run_server, .far = true },
	           { "metrics-push", "--to 10.77.0.2:8086", run_push } },
	.make = make,
};
