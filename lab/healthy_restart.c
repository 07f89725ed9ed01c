/* Nothing is wrong: a server restarts every few seconds, as in a rolling release. All its connections end at once; the
 * clients close theirs within a moment and come back. */
#include "lab/kit/kit.h"
#include <poll.h>

enum { MOST = 150 };

static unsigned count_of(uint64_t seed)
{
	return (unsigned)seed_pick(seed, "count", 20, MOST);
}

/* The kernel keeps its listener for the next one: nobody is refused. */
static void run_server(struct role *r)
{
	int fds[MOST], listener = role_need(r, net_listen("127.0.0.1:8080", 256), "listen");
	unsigned count = count_of(r->seed);

	role_ready(r);
	for (;;) {
		play_accept(r, listener, fds, count);
		for (unsigned i = 0; i < count; i++)
			net_answer(fds[i], 100);
		sleep_ms(seed_pick(r->seed, "life", 1500, 4000));
		for (unsigned i = 0; i < count; i++)
			close(fds[i]);
		r->row->closed += count;
	}
}

static void run_clients(struct role *r)
{
	unsigned count = count_of(r->seed);
	struct pollfd fds[MOST];
	char rest[4096];

	role_ready(r);
	for (;;) {
		for (unsigned i = 0; i < count; i++) {
			fds[i] = (struct pollfd){ .fd = role_need(r, net_connect("127.0.0.1:8080"), "connect"),
				                  .events = POLLIN };
			net_ask(fds[i].fd);
		}
		for (unsigned i = 0; i < count; i++) {
			while (recv(fds[i].fd, rest, sizeof(rest), 0) > 0)
				;
			close(fds[i].fd);
		}
	}
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "api-server", "agents", NULL);

	return error ? error : lab_until(lab, 20, lab_row(lab, "api-server")->closed >= count_of(lab->seed));
}

const struct lab_fault lab_healthy_restart = {
	.name = "healthy-restart",
	.title = "nothing wrong: a server restarts now and then, its clients come back",
	.story = "  api-server  on 127.0.0.1:8080 ends all its connections every few seconds\n"
	         "  agents      close their side at once, and connect again\n",
	.expect = { .healthy = true },
	.roles = { { "api-server", "--listen 127.0.0.1:8080", run_server },
	           { "agents", "--to 127.0.0.1:8080", run_clients } },
	.make = make,
};
