/* The owner closes, but later than its clients care to wait: the handler takes seconds, the clients give up
 * after less. In between the connection is in CLOSE_WAIT, and nobody forgot anything. Either side may change. */
#include "lab/kit/kit.h"

static uint32_t think_ms(uint64_t seed)
{
	return (uint32_t)seed_pick(seed, "think", 2500, 4500);
}

static void run_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:8080",
	                            .think_ms = think_ms(r->seed),
	                            .think_most_ms = think_ms(r->seed) * 13 / 10,
	                            .answer_bytes = 2000 });
}

static void run_clients(struct role *r)
{
	play_impatient(r, "127.0.0.1:8080", (double)seed_pick(r->seed, "rate", 15, 60),
	               (unsigned)seed_pick(r->seed, "patience", 500, 1500), 0);
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "report-server", "dashboards", NULL);

	if (!error)
		error = lab_until(lab, 30, lab_row(lab, "report-server")->closed > 20);
	return error ? error : lab_until(lab, 10, look_count(TCP_CLOSE_WAIT, 8080) > 10);
}

const struct lab_fault lab_slow_handler = {
	.name = "slow-handler",
	.title = "the server answers, and closes, later than its clients wait",
	.story = "  report-server  needs seconds for each report on 127.0.0.1:8080, then answers and closes\n"
	         "  dashboards     lose patience sooner and close: until it is done, the server is in CLOSE-WAIT\n",
	.expect = { .roots = { { "slow-handler", "report-server", "state close-wait sport = :8080",
	                         "never-closed" } } },
	.roles = { { "report-server", "--listen 127.0.0.1:8080", run_server },
	           { "dashboards", "--reports 127.0.0.1:8080 --timeout 1s", run_clients } },
	.make = make,
};
