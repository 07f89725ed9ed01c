#include "forking.h"
#include "lab/kit/net.h"
#include <errno.h>
#include <poll.h>
#include <sys/wait.h>

enum { BACKLOG = 256, REAP_MS = 20 };

static void serve_one(int client, uint64_t work_ms)
{
	char request[512];

	if (recv(client, request, sizeof(request), 0) > 0) {
		sleep_ms(work_ms);
		net_answer(client, 200);
		while (recv(client, request, sizeof(request), 0) > 0)
			;
	}
	_exit(0);
}

static void reap(struct role *r)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		r->row->closed++;
}

void forking_server(struct role *r, const char *address, uint64_t work_ms)
{
	int listener = role_need(r, net_listen(address, BACKLOG), "listen");
	struct pollfd ready = { .fd = listener, .events = POLLIN };

	role_ready(r);
	for (;; reap(r)) {
		if (poll(&ready, 1, REAP_MS) <= 0)
			continue;
		int client = role_need(r, accept4(listener, NULL, NULL, SOCK_CLOEXEC), "accept");
		r->row->opened++;
		if (!role_fork(r, r->what->name)) {
			close(listener);
			serve_one(client, work_ms);
		}
		close(client);
	}
}
