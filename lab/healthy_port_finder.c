/* Nothing is wrong: a development server wants port 8000, or the next one that is free. It tries one after the other,
 * and expects EADDRINUSE until it has found one; it is started anew with every change of its files. */
#include "lab/kit/kit.h"

enum { FIRST = 8000 };

static int listen_at(unsigned port)
{
	char address[32];

	snprintf(address, sizeof(address), "127.0.0.1:%u", port);
	return net_listen(address, 16);
}

static void run_held(struct role *r)
{
	unsigned count = (unsigned)seed_pick(r->seed, "held", 1, 6);

	for (unsigned i = 0; i < count; i++)
		role_need(r, listen_at(FIRST + i), "listen");
	role_ready(r);
	role_rest();
}

static void run_finder(struct role *r)
{
	struct pace pace = pace_per_s(r, (double)seed_pick(r->seed, "restarts", 1, 4));

	role_ready(r);
	while (pace_wait(&pace)) {
		int fd = -1;
		for (unsigned port = FIRST; fd < 0; port++) {
			fd = listen_at(port);
			if (fd < 0)
				role_failed(r, "bind", fd);
		}
		r->row->opened++;
		sleep_ms(100);
		close(fd);
	}
	role_rest();
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "services", "dev-server", NULL);

	return error ? error : lab_until(lab, 10, lab_row(lab, "dev-server")->opened >= 2);
}

const struct lab_fault lab_healthy_port_finder = {
	.name = "healthy-port-finder",
	.title = "nothing wrong: a server looks for a free port and finds one",
	.story = "  services    listen on ports from 8000 upward\n"
	         "  dev-server  tries 8000, 8001 ... until one is free, again and again\n",
	.expect = { .healthy = true },
	.roles = { { "services", "--from 8000", run_held }, { "dev-server", "--port 8000", run_finder } },
	.make = make,
};
