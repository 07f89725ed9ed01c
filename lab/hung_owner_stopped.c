/* The owner is stopped (SIGSTOP, as a debugger, a job control key or a freezer does): it cannot run its close.
 * Its clients gave up and closed; their connections wait for it in CLOSE_WAIT. */
#include "lab/kit/deserted.h"
#include "lab/kit/kit.h"
#include <signal.h>

static void hang(void)
{
	raise(SIGSTOP);
}

static void run_server(struct role *r)
{
	deserted_server(r, hang);
}

const struct lab_fault lab_hung_owner_stopped = {
	.name = "hung-owner-stopped",
	.title = "the server is stopped and cannot close",
	.story = "  order-server  accepted requests on 127.0.0.1:8080, then was stopped by a signal\n"
	         "  shops         lost patience and closed: the server's side stays in CLOSE-WAIT\n",
	.expect = { .steady = true, .roots = { { "hung-owner", "order-server", "state close-wait sport = :8080" } } },
	.roles = { { "order-server", "--listen 127.0.0.1:8080 --threads 1", run_server },
	           { "shops", "--orders 127.0.0.1:8080", deserted_clients } },
	.make = deserted_make,
};
