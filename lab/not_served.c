/* A pool of three threads, and three clients that connect and say nothing: each thread waits in recv() for a request
 * that does not come. Everybody else is accepted, and queued inside the program; they ask, lose patience and close. The
 * server holds hundreds of finished connections and has forgotten none of them. */
#include "lab/kit/kit.h"
#include <pthread.h>

enum { WORKERS = 3 };

static unsigned unserved_count(uint64_t seed)
{
	return (unsigned)seed_pick(seed, "unserved", 60, 300);
}

struct pool {
	struct role *role;
	int queue[2]; /* a pipe: the descriptors that wait for a thread */
};

static void *work(void *argument)
{
	struct pool *pool = argument;
	char request[512];
	int fd;

	while (read(pool->queue[0], &fd, sizeof(fd)) == sizeof(fd)) {
		if (recv(fd, request, sizeof(request), 0) > 0)
			net_answer(fd, 2000);
		close(fd);
		pool->role->row->closed++;
	}
	return NULL;
}

static void run_server(struct role *r)
{
	int listener = role_need(r, net_listen("127.0.0.1:8080", 1024), "listen");
	struct pool pool = { .role = r };
	pthread_t thread;

	role_need(r, pipe(pool.queue) ? -errno : 0, "pipe");
	for (unsigned i = 0; i < WORKERS; i++)
		role_need(r, -pthread_create(&thread, NULL, work, &pool), "pthread_create");
	role_ready(r);
	for (;;) {
		int fd = role_need(r, accept4(listener, NULL, NULL, SOCK_CLOEXEC), "accept");
		r->row->opened++;
		role_need(r, write(pool.queue[1], &fd, sizeof(fd)) < 0 ? -errno : 0, "write");
	}
}

static void run_silent(struct role *r)
{
	for (unsigned i = 0; i < WORKERS; i++)
		role_keep(r, role_need(r, net_connect("127.0.0.1:8080"), "connect"), "established");
	role_ready(r);
	role_rest();
}

static void run_clients(struct role *r)
{
	play_impatient(r, "127.0.0.1:8080", (double)seed_pick(r->seed, "rate", 20, 60),
	               (unsigned)seed_pick(r->seed, "patience", 300, 1500), unserved_count(r->seed));
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "order-api", "port-scanner", NULL);

	if (!error)
		error = lab_until(lab, 5, lab_row(lab, "order-api")->opened == WORKERS);
	if (!error)
		error = lab_start(lab, "shops");
	return error ? error : lab_until(lab, 30, look_count(TCP_CLOSE_WAIT, 8080) == unserved_count(lab->seed));
}

const struct lab_fault lab_not_served = {
	.name = "not-served",
	.title = "every worker waits for a silent client; the others lose patience unserved",
	.story =
	        "  order-api     serves 127.0.0.1:8080 with three threads, and waits for each request without a limit\n"
	        "  port-scanner  has three connections and never said a word: all threads wait for it\n"
	        "  shops         were accepted, asked, lost patience and closed: nobody has read their requests\n",
	.expect = { .roots = { { "not-served", "order-api", "state close-wait sport = :8080", "never-closed" } } },
	.roles = { { "order-api", "--listen 127.0.0.1:8080 --threads 3", run_server },
	           { "port-scanner", "--to 127.0.0.1:8080", run_silent },
	           { "shops", "--orders 127.0.0.1:8080", run_clients } },
	.make = make,
};
