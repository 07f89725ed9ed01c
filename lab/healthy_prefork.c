/* Nothing is wrong: a preforking server. All its workers hold the same listener, and one of them accepts: many
 * holders of one socket are no inheritance by mistake. */
#include "lab/kit/kit.h"

static void work(struct role *r, int listener)
{
	char request[512];

	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0)
			continue;
		recv(fd, request, sizeof(request), 0);
		sleep_ms(seed_pick(r->seed, "work", 1, 20));
		net_answer(fd, 2000);
		shutdown(fd, SHUT_WR);
		recv(fd, request, sizeof(request), 0); /* lingers until the client has closed, too */
		close(fd);
		r->row->closed++;
	}
}

static void run_server(struct role *r)
{
	int listener = role_need(r, net_listen("127.0.0.1:8080", 128), "listen");
	unsigned workers = (unsigned)seed_pick(r->seed, "workers", 3, 10);

	for (unsigned i = 0; i < workers; i++)
		if (!role_fork(r, "web-server"))
			work(r, listener);
	role_ready(r);
	role_rest();
}

static void run_clients(struct role *r)
{
	play_short(r, "127.0.0.1:8080", (double)seed_pick(r->seed, "rate", 10, 80));
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "web-server", "visitors", NULL);

	return error ? error : lab_until(lab, 20, lab_row(lab, "web-server")->closed > 30);
}

const struct lab_fault lab_healthy_prefork = {
	.name = "healthy-prefork",
	.title = "nothing wrong: a preforking server, whose workers share one listener",
	.story = "  web-server  forked its workers after listen(): all hold the listener on 127.0.0.1:8080\n"
	         "  visitors    come and go\n",
	.expect = { .healthy = true },
	.roles = { { "web-server", "--listen 127.0.0.1:8080 --prefork", run_server },
	           { "visitors", "--to 127.0.0.1:8080", run_clients } },
	.make = make,
};
