/* The old server is gone, and its port is not free: a helper that it once started inherited the listener and holds
 * it, without knowing. */
#include "lab/kit/kit.h"

static void run_helper(struct role *r)
{
	(void)r;
	for (;;)
		sleep_ms(1000);
}

/* "Restarts": it closes its listener, and cannot open it again. */
static void run_server(struct role *r)
{
	int listener = role_need(r, net_listen("127.0.0.1:8080", 64), "listen");

	role_inherited(listener);
	role_spawn(r, "log-helper");
	sleep_ms(seed_pick(r->seed, "restart", 200, 1500));
	close(listener);
	play_binder(r, "127.0.0.1:8080", true);
}

static int make(struct lab *lab)
{
	int error = lab_start(lab, "api-server");

	return error ? error : lab_until(lab, 10, lab_row(lab, "api-server")->failed >= 3);
}

const struct lab_fault lab_port_taken_inherited = {
	.name = "port-taken-inherited",
	.title = "a server cannot bind its port: a helper inherited the old listener",
	.story = "  api-server  closed its listener on 127.0.0.1:8080 to restart, and cannot bind again\n"
	         "  log-helper  was started by it, without close-on-exec: it holds the old listener\n",
	.expect = { .roots = { { "port-taken", "log-helper" } },
	            .victims = { { "api-server", "bind", "EADDRINUSE" } } },
	.roles = { { "api-server", "--listen 127.0.0.1:8080", run_server },
	           { "log-helper", "--to /var/log/api", run_helper } },
	.make = make,
};
