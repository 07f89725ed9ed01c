/* Nothing is wrong: a dual-stack server with clients of both families. Its IPv4 ones show as ::ffff:127.0.0.1. */
#include "lab/kit/kit.h"

static void run_server(struct role *r)
{
	serve(r, &(struct service){
	                 .address = "[::]:8080", .think_most_ms = 20, .answer_bytes = 400, .idle_ms = SERVE_KEEPS });
}

static void run_v6(struct role *r)
{
	play_pool(r, "[::1]:8080", (unsigned)seed_pick(r->seed, "v6", 10, 60), 5);
}

static void run_v4(struct role *r)
{
	play_short(r, "127.0.0.1:8080", (double)seed_pick(r->seed, "v4", 5, 30));
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "web-server", "v6-clients", "v4-clients", NULL);

	return error ? error : lab_until(lab, 20, lab_row(lab, "v4-clients")->closed > 20);
}

const struct lab_fault lab_healthy_ipv6 = {
	.name = "healthy-ipv6",
	.title = "nothing wrong: a dual-stack server, and clients of both families",
	.story = "  web-server  listens on [::]:8080\n"
	         "  v6-clients  keep a pool of connections to it\n"
	         "  v4-clients  come and go\n",
	.expect = { .healthy = true },
	.roles = { { "web-server", "--listen [::]:8080", run_server },
	           { "v6-clients", "--to [::1]:8080", run_v6 },
	           { "v4-clients", "--to 127.0.0.1:8080", run_v4 } },
	.make = make,
};
