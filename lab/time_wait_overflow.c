/* Somebody lowered tcp_max_tw_buckets to get rid of TIME_WAIT. Now the kernel destroys connections at their close,
 * without the wait that protects the next one from their late segments. */
#include "lab/kit/kit.h"

static unsigned buckets_of(uint64_t seed)
{
	return (unsigned)seed_pick(seed, "buckets", 30, 120);
}

static void run_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:9000", .answer_bytes = 200, .idle_ms = SERVE_KEEPS });
}

static void run_proxy(struct role *r)
{
	play_short(r, "127.0.0.1:9000", (double)seed_pick(r->seed, "rate", 60, 200));
}

static int make(struct lab *lab)
{
	char buckets[16];

	snprintf(buckets, sizeof(buckets), "%u", buckets_of(lab->seed));
	int error = lab_sysctl(lab, "net.ipv4.tcp_max_tw_buckets", buckets);
	if (!error)
		error = lab_start_each(lab, "backend", "proxy", NULL);
	return error ? error : lab_until(lab, 20, lab_row(lab, "proxy")->closed > 3 * buckets_of(lab->seed));
}

const struct lab_fault lab_time_wait_overflow = {
	.name = "time-wait-overflow",
	.title = "tcp_max_tw_buckets is too small: the kernel cuts TIME-WAIT short",
	.story = "  proxy    closes more connections to 127.0.0.1:9000 than the kernel may keep in TIME-WAIT\n"
	         "  backend  answers there\n",
	.expect = { .roots = { { "time-wait-overflow", "*" } }, .allowed = { "bad-sysctl" } },
	.roles = { { "backend", "--listen 127.0.0.1:9000", run_server },
	           { "proxy", "--upstream 127.0.0.1:9000", run_proxy } },
	.make = make,
};
