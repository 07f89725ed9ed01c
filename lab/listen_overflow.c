/* The accept queue is too short for the way the server works: one request after the other, a backlog of a few, and
 * clients that come faster. The kernel drops their handshakes; they try again, and wait for seconds. */
#include "lab/kit/kit.h"

static void run_server(struct role *r)
{
	int backlog = (int)seed_pick(r->seed, "backlog", 2, 8);
	int listener = role_need(r, net_listen("127.0.0.1:8080", backlog), "listen");
	uint64_t work_ms = seed_pick(r->seed, "work", 50, 150);
	char request[512];

	role_ready(r);
	for (;;) {
		int fd = role_need(r, accept4(listener, NULL, NULL, SOCK_CLOEXEC), "accept");
		r->row->opened++;
		recv(fd, request, sizeof(request), 0);
		sleep_ms(work_ms);
		net_answer(fd, 300);
		close(fd);
	}
}

static void run_clients(struct role *r)
{
	play_impatient(r, "127.0.0.1:8080", (double)seed_pick(r->seed, "rate", 40, 90), 20000, 0);
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "thumb-server", "web-pages", NULL);

	return error ? error : lab_until(lab, 20, look_count(TCP_SYN_SENT, 8080) > 20);
}

const struct lab_fault lab_listen_overflow = {
	.name = "listen-overflow",
	.title = "the accept queue is full: the kernel drops handshakes",
	.story = "  thumb-server  on 127.0.0.1:8080 does one request after the other, with a short backlog\n"
	         "  web-pages     connect faster than it accepts, and retry: SYN-SENT\n",
	.expect = { .roots = { { "listen-overflow", "thumb-server" } }, .allowed = { "accept-queue" } },
	.roles = { { "thumb-server", "--listen 127.0.0.1:8080 --backlog 5", run_server },
	           { "web-pages", "--from 127.0.0.1:8080", run_clients } },
	.make = make,
};
