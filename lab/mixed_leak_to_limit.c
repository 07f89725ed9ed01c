/* A leak that has reached the descriptor limit: accept() says EMFILE, the acceptor spins, its queue fills with
 * clients that give up. Four things are wrong to see, and one is the cause. */
#include "lab/kit/kit.h"
#include <sys/resource.h>

enum { BACKLOG = 64 };

static unsigned limit_of(uint64_t seed)
{
	return (unsigned)seed_pick(seed, "limit", 200, 500);
}

/* Answers, and forgets. Without a descriptor it tries again at once, as loops over a readable listener do. */
static void run_server(struct role *r)
{
	int listener = role_need(r, net_listen("127.0.0.1:8080", BACKLOG), "listen");
	char request[512];

	role_limit_files(limit_of(r->seed));
	setpriority(PRIO_PROCESS, 0, 19); /* it will spin: politely */
	role_ready(r);
	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0) {
			role_failed(r, "accept", -errno);
			continue;
		}
		recv(fd, request, sizeof(request), 0);
		net_answer(fd, 300);
		role_keep(r, fd, "close_wait");
	}
}

static void run_clients(struct role *r)
{
	play_impatient(r, "127.0.0.1:8080", limit_of(r->seed) / 8.0, 2000, 0);
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "api-server", "apps", NULL);

	if (!error)
		error = lab_until(lab, 30, lab_row(lab, "api-server")->failed > 0);
	return error ? error : lab_until(lab, 30, look_queue(8080) >= BACKLOG / 2);
}

const struct lab_fault lab_mixed_leak_to_limit = {
	.name = "mixed-leak-to-limit",
	.title = "a leak up to the descriptor limit, and all that follows from it",
	.story = "  api-server  on 127.0.0.1:8080 never closes; it has no descriptor left, so accept() fails, and it "
	         "spins\n"
	         "  apps        wait in its queue, and give up\n",
	.expect = { .roots = { { "never-closed", "api-server" } },
	            .effects = { { "fd-limit", "never-closed" },
	                         { "accept-queue", "never-closed" },
	                         { "listen-overflow", "never-closed" } } },
	.roles = { { "api-server", "--listen 127.0.0.1:8080", run_server },
	           { "apps", "--to 127.0.0.1:8080", run_clients } },
	.make = make,
};
