/* A storm of refused calls, some thousand a second and over thousands of ports, and in the midst of it a server that
 * cannot bind: its few failures must not be lost. */
#include "lab/kit/kit.h"

enum { FIRST = 10000, PORTS = 12000 };

static void run_scanner(struct role *r)
{
	uint64_t stream = r->seed + r->index;

	role_ready(r);
	for (;;) {
		char peer[32];
		snprintf(peer, sizeof(peer), "127.0.0.1:%u", FIRST + (unsigned)seed_next(&stream, 0, PORTS - 1));
		int fd = net_connect(peer);
		if (fd >= 0)
			close(fd);
		else
			role_failed(r, "connect", fd);
		if (r->row->failed % 20 == 0)
			sleep_ms(1);
	}
}

static void run_old(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:8080", .answer_bytes = 200, .idle_ms = SERVE_KEEPS });
}

static void run_new(struct role *r)
{
	play_binder(r, "127.0.0.1:8080", true);
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "legacy-api", "port-scanner", NULL);

	if (!error)
		error = lab_start(lab, "new-api");
	return error ? error : lab_until(lab, 10, lab_row(lab, "new-api")->failed >= 3);
}

const struct lab_fault lab_call_storm = {
	.name = "call-storm",
	.title = "a server cannot bind its port, and thousands of refused calls a second hide it",
	.story = "  port-scanner  tries thousands of ports: ECONNREFUSED\n"
	         "  legacy-api    listens on 127.0.0.1:8080\n"
	         "  new-api       cannot bind that port\n",
	.expect = { .watched = true,
	            .roots = { { "port-taken", "legacy-api" } },
	            .victims = { { "new-api", "bind", "EADDRINUSE" } },
	            .allowed = { "unexplained-failure" } },
	.roles = { { "port-scanner", "--target 127.0.0.1", run_scanner },
	           { "legacy-api", "--listen 127.0.0.1:8080", run_old },
	           { "new-api", "--listen 127.0.0.1:8080", run_new } },
	.make = make,
};
