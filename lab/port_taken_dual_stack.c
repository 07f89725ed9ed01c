/* An IPv6 listener on :: takes the IPv4 port as well, unless it says IPV6_V6ONLY: a server that only wants IPv4
 * finds the port in use, though no IPv4 listener is to be seen. */
#include "lab/kit/kit.h"

static void run_v6(struct role *r)
{
	serve(r, &(struct service){ .address = "[::]:8080", .answer_bytes = 200, .idle_ms = SERVE_KEEPS });
}

static void run_v4(struct role *r)
{
	play_binder(r, "0.0.0.0:8080", true);
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "v6-server", "v4-server", NULL);

	return error ? error : lab_until(lab, 10, lab_row(lab, "v4-server")->failed >= 3);
}

const struct lab_fault lab_port_taken_dual_stack = {
	.name = "port-taken-dual-stack",
	.title = "a server cannot bind its IPv4 port: an IPv6 listener has both",
	.story = "  v4-server  cannot bind 0.0.0.0:8080\n"
	         "  v6-server  listens on [::]:8080, for both families\n",
	.expect = { .roots = { { "port-taken", "v6-server" } }, .victims = { { "v4-server", "bind", "EADDRINUSE" } } },
	.roles = { { "v6-server", "--listen [::]:8080", run_v6 }, { "v4-server", "--listen 0.0.0.0:8080", run_v4 } },
	.make = make,
};
