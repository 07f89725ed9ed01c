/* The owner waits for a lock that nobody will release: a deadlock of its only thread with itself. It neither polls
 * nor reads, so it never learns that its clients have gone. */
#include "lab/kit/deserted.h"
#include "lab/kit/kit.h"
#include <pthread.h>

static void hang(void)
{
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

	pthread_mutex_lock(&lock);
	pthread_mutex_lock(&lock); /* for ever */
}

static void run_server(struct role *r)
{
	deserted_server(r, hang);
}

const struct lab_fault lab_hung_owner_blocked = {
	.name = "hung-owner-blocked",
	.title = "the server waits for a lock and cannot close",
	.story = "  order-server  accepted requests on 127.0.0.1:8080, then waits for a lock that it holds itself\n"
	         "  shops         lost patience and closed: the server's side stays in CLOSE-WAIT\n",
	.expect = { .steady = true,
	            .roots = { { "hung-owner", "order-server", "state close-wait sport = :8080", "never-closed" } } },
	.roles = { { "order-server", "--listen 127.0.0.1:8080 --threads 1", run_server },
	           { "shops", "--orders 127.0.0.1:8080", deserted_clients } },
	.make = deserted_make,
};
