/* The owner spins: an endless loop in one handler, so that its only thread never comes back to close the others.
 * User time grows, system calls and voluntary switches do not. It is niced, and ends with the lab. */
#include "lab/kit/deserted.h"
#include "lab/kit/kit.h"
#include <sys/resource.h>

static void hang(void)
{
	setpriority(PRIO_PROCESS, 0, 19);
	for (volatile uint64_t turns = 0;; turns++)
		;
}

static void run_server(struct role *r)
{
	deserted_server(r, hang);
}

const struct lab_fault lab_hung_owner_spinning = {
	.name = "hung-owner-spinning",
	.title = "the server spins in a loop and cannot close",
	.story = "  order-server  accepted requests on 127.0.0.1:8080, then calculates in an endless loop\n"
	         "  shops         lost patience and closed: the server's side stays in CLOSE-WAIT\n",
	.expect = { .steady = true,
	            .roots = { { "hung-owner", "order-server", "state close-wait sport = :8080", "never-closed" } } },
	.roles = { { "order-server", "--listen 127.0.0.1:8080 --threads 1", run_server },
	           { "shops", "--orders 127.0.0.1:8080", deserted_clients } },
	.make = deserted_make,
};
