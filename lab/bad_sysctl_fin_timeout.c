/* Folklore: tcp_fin_timeout was lowered so that TIME_WAIT goes sooner. It does not; and nothing is wrong with these
 * TIME_WAITs. */
#include "lab/kit/kit.h"

enum { RANGE = 3000 };

static void run_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:9000", .answer_bytes = 200, .idle_ms = SERVE_KEEPS });
}

static void run_proxy(struct role *r)
{
	play_short(r, "127.0.0.1:9000", (double)seed_pick(r->seed, "rate", 20, 30));
}

static int make(struct lab *lab)
{
	char seconds[16];

	snprintf(seconds, sizeof(seconds), "%u", (unsigned)seed_pick(lab->seed, "seconds", 5, 30));
	int error = lab_range(lab, 20000, RANGE);
	if (!error)
		error = lab_sysctl(lab, "net.ipv4.tcp_fin_timeout", seconds);
	if (!error)
		error = lab_start_each(lab, "backend", "proxy", NULL);
	return error ? error : lab_until(lab, 20, look_count(TCP_TIME_WAIT, 9000) > RANGE / 15);
}

const struct lab_fault lab_bad_sysctl_fin_timeout = {
	.name = "bad-sysctl-fin-timeout",
	.title = "tcp_fin_timeout was lowered against TIME-WAIT: it does nothing about it",
	.story = "  proxy    closes some connections a second to 127.0.0.1:9000; their TIME-WAITs are as they should "
	         "be\n"
	         "  backend  answers there\n"
	         "Somebody set tcp_fin_timeout to a few seconds. TIME-WAIT lasts 60 s all the same.\n",
	.expect = { .roots = { { "bad-sysctl", NULL } } },
	.roles = { { "backend", "--listen 127.0.0.1:9000", run_server },
	           { "proxy", "--upstream 127.0.0.1:9000", run_proxy } },
	.make = make,
};
