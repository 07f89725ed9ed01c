/* Nothing is wrong, and nothing happens: listeners, and a few connections that have been silent since they were made,
 * as on a host at night. */
#include "lab/kit/kit.h"

static void run_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:22", .answer_bytes = 60, .idle_ms = SERVE_KEEPS });
}

static void run_sessions(struct role *r)
{
	for (unsigned i = 0; i < seed_pick(r->seed, "sessions", 1, 8); i++) {
		int fd = role_need(r, net_connect("127.0.0.1:22"), "connect");
		net_fetch(fd);
		role_keep(r, fd, "established");
	}
	role_ready(r);
	role_rest();
}

static int make(struct lab *lab)
{
	return lab_start_each(lab, "login-daemon", "sessions", NULL);
}

const struct lab_fault lab_healthy_idle = {
	.name = "healthy-idle",
	.title = "nothing wrong: a quiet host, with a few silent connections",
	.story = "  login-daemon  listens on 127.0.0.1:22\n"
	         "  sessions      are open, and nobody types\n",
	.expect = { .healthy = true },
	.roles = { { "login-daemon", "--listen 127.0.0.1:22", run_server },
	           { "sessions", "--to 127.0.0.1:22", run_sessions } },
	.make = make,
};
