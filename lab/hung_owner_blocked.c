/* The owner waits for a lock that nobody will release: a deadlock of its only thread with itself. It neither polls
 * nor reads, so it never learns that its clients have gone. */
#include "lab/kit/kit.h"
#include <pthread.h>

enum { MOST = 400 };

static unsigned count_of(uint64_t seed)
{
	return (unsigned)seed_pick(seed, "count", 40, MOST);
}

static void hang(void)
{
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

	pthread_mutex_lock(&lock);
	pthread_mutex_lock(&lock); /* for ever */
	role_rest();
}

static void run_server(struct role *r)
{
	int fds[MOST], listener = role_need(r, net_listen("127.0.0.1:8080", 128), "listen");

	role_ready(r);
	play_accept(r, listener, fds, count_of(r->seed));
	hang();
}

static void run_clients(struct role *r)
{
	play_impatient(r, "127.0.0.1:8080", 150, (unsigned)seed_pick(r->seed, "patience", 500, 1500),
	               count_of(r->seed));
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "order-server", "shops", NULL);

	return error ? error : lab_until(lab, 20, look_count(TCP_CLOSE_WAIT, 8080) == count_of(lab->seed));
}

const struct lab_fault lab_hung_owner_blocked = {
	.name = "hung-owner-blocked",
	.title = "the server waits for a lock and cannot close",
	.story = "  order-server  accepted requests on 127.0.0.1:8080, then waits for a lock that it holds itself\n"
	         "  shops         lost patience and closed: the server's side stays in CLOSE-WAIT\n",
	.expect = { .roots = { { "hung-owner", "order-server", "state close-wait sport = :8080", "never-closed" } } },
	.roles = { { "order-server", "--listen 127.0.0.1:8080 --threads 1", run_server },
	           { "shops", "--orders 127.0.0.1:8080", run_clients } },
	.make = make,
};
