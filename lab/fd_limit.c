/* A server's users come and stay, as they should, until it may not have one descriptor more: after 30 to 120 s
 * accept() says EMFILE, its loop spins on a listener that stays readable, and the queue fills. */
#include "lab/kit/kit.h"
#include <sys/resource.h>

enum { OLDEST_S = 8, LIFE_MOST_S = 120, FILES_MOST = 19000 };

static struct seed_limit files_of(uint64_t seed)
{
	return seed_limit(seed, OLDEST_S, LIFE_MOST_S, FILES_MOST);
}

static void run_server(struct role *r)
{
	role_limit_files(files_of(r->seed).most);
	setpriority(PRIO_PROCESS, 0, 19); /* it will spin: politely */
	serve(r, &(struct service){
	                 .address = "127.0.0.1:8080", .answer_bytes = 200, .idle_ms = SERVE_KEEPS, .backlog = 64 });
}

static void run_clients(struct role *r)
{
	struct pace pace = pace_per_s(r, files_of(r->seed).per_s);
	char greeting[1024];
	int fd = -1;

	role_ready(r);
	while (pace_wait(&pace)) {
		recv(fd, greeting, sizeof(greeting), MSG_DONTWAIT); /* of the one before */
		fd = net_connect("127.0.0.1:8080");
		if (fd < 0)
			continue;
		net_ask(fd);
		role_keep(r, fd, "established");
	}
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "chat-server", "chat-users", NULL);

	return error ? error : lab_until(lab, 30, lab_oldest_s(lab) > OLDEST_S);
}

const struct lab_fault lab_fd_limit = {
	.name = "fd-limit",
	.title = "a server runs out of descriptors: accept() will say EMFILE in a minute or two",
	.story = "  chat-server  on 127.0.0.1:8080 may have only so many descriptors (RLIMIT_NOFILE)\n"
	         "  chat-users   come at a steady rate, and stay\n",
	.expect = { .roots = { { "fd-limit", "chat-server" } },
	            .effects = { { "accept-queue", "fd-limit" }, { "listen-overflow", "fd-limit" } },
	            .end = { "fd-limit", "chat-server", "accept", "EMFILE" } },
	.roles = { { "chat-server", "--listen 127.0.0.1:8080", run_server },
	           { "chat-users", "--to 127.0.0.1:8080", run_clients } },
	.make = make,
};
