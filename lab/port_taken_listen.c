/* Two servers bind the same port, which SO_REUSEADDR allows while neither listens; then one does, and the other one's
 * listen() is refused, long after its bind() passed. */
#include "lab/kit/kit.h"

static void run_blue(struct role *r)
{
	int fd = role_need(r, net_bind("127.0.0.1:8080"), "bind");

	role_ready(r);
	role_wait_phase(r, 1);
	if (listen(fd, 16))
		role_fail(r, -errno, "listen");
	r->row->opened++;
	role_rest();
}

static void run_green(struct role *r)
{
	int fd = role_need(r, net_bind("127.0.0.1:8080"), "bind");
	struct pace pace = pace_per_s(r, (double)seed_pick(r->seed, "tries", 3, 8));

	role_ready(r);
	role_wait_phase(r, 2);
	while (pace_wait(&pace))
		if (listen(fd, 16))
			role_failed(r, "listen", -errno);
	role_rest();
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "api-blue", "api-green", NULL);

	lab_phase(lab, 1);
	if (!error)
		error = lab_until(lab, 10, lab_row(lab, "api-blue")->opened);
	lab_phase(lab, 2);
	return error ? error : lab_until(lab, 10, lab_row(lab, "api-green")->failed >= 3);
}

const struct lab_fault lab_port_taken_listen = {
	.name = "port-taken-listen",
	.title = "a server cannot listen on the port that it has bound: another one was first",
	.story = "  api-blue   listens on 127.0.0.1:8080\n"
	         "  api-green  has bound that port, too, with SO_REUSEADDR: its listen() gives EADDRINUSE\n",
	.expect = { .watched = true,
	            .roots = { { "port-taken", "api-blue" } },
	            .victims = { { "api-green", "listen", "EADDRINUSE" } } },
	.roles = { { "api-blue", "--listen 127.0.0.1:8080", run_blue },
	           { "api-green", "--listen 127.0.0.1:8080", run_green } },
	.make = make,
};
