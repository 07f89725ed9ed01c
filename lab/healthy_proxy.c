/* Nothing is wrong: a reverse proxy. For every request that comes in it opens a connection to its backend, passes the
 * answer on, and closes both: twice the connections, all of them finished. */
#include "lab/kit/kit.h"

static void run_backend(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:9000", .think_most_ms = 10, .answer_bytes = 700 });
}

static void run_proxy(struct role *r)
{
	int listener = role_need(r, net_listen("127.0.0.1:8080", 256), "listen");

	role_ready(r);
	for (;;) {
		int fd, backend;
		play_accept(r, listener, &fd, 1);
		backend = role_need(r, net_connect("127.0.0.1:9000"), "connect");
		net_fetch(backend);
		close(backend);
		net_answer(fd, 700);
		close(fd);
		r->row->closed++;
	}
}

static void run_visitors(struct role *r)
{
	play_short(r, "127.0.0.1:8080", (double)seed_pick(r->seed, "rate", 20, 80));
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "backend", "proxy", "visitors", NULL);

	return error ? error : lab_until(lab, 20, lab_row(lab, "proxy")->closed > 50);
}

const struct lab_fault lab_healthy_proxy = {
	.name = "healthy-proxy",
	.title = "nothing wrong: a proxy, with a connection on each side for every request",
	.story = "  visitors  come to 127.0.0.1:8080\n"
	         "  proxy     asks backend on 127.0.0.1:9000 for each of them, and closes both\n"
	         "  backend   answers and closes\n",
	.expect = { .healthy = true },
	.roles = { { "backend", "--listen 127.0.0.1:9000", run_backend },
	           { "proxy", "--listen 127.0.0.1:8080 --backend 127.0.0.1:9000", run_proxy },
	           { "visitors", "--to 127.0.0.1:8080", run_visitors } },
	.make = make,
};
