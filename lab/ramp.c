/* A restart under load: every request takes longer than the server is up, and the clients wait a second each. So
 * nothing was closed yet, all ages reach back to the start, and it looks like a leak; but nothing was due. */
#include "lab/kit/kit.h"

static uint32_t think_ms(uint64_t seed)
{
	return (uint32_t)seed_pick(seed, "think", 80000, 120000);
}

static void run_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:8080", .think_ms = think_ms(r->seed), .answer_bytes = 2000 });
}

static void run_clients(struct role *r)
{
	play_impatient(r, "127.0.0.1:8080", (double)seed_pick(r->seed, "rate", 3, 8),
	               (unsigned)seed_pick(r->seed, "patience", 700, 1500), 0);
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "report-server", "gateway", NULL);

	return error ? error : lab_until(lab, 30, look_count(TCP_CLOSE_WAIT, 8080) >= 30);
}

const struct lab_fault lab_ramp = {
	.name = "ramp",
	.title = "a server just restarted under load has closed nothing yet, because nothing was due",
	.story =
	        "  report-server  started a moment ago on 127.0.0.1:8080, and needs more than a minute for each "
	        "report\n"
	        "  gateway        waits a second for each, and closes: until it is done, the server is in CLOSE-WAIT\n",
	.expect = { .undecidable = true, .roots = { { "slow-handler", "report-server", NULL, "never-closed" } } },
	.roles = { { "report-server", "--listen 127.0.0.1:8080", run_server },
	           { "gateway", "--reports 127.0.0.1:8080 --timeout 1s", run_clients } },
	.make = make,
};
