/* Each connect() is refused, and the socket is kept: no state, no port, no peer, in no list of connections, and still a
 * descriptor each, until there is none. More descriptors would only last longer; the broker that refuses is not at
 * fault. */
#include "lab/kit/kit.h"

static unsigned limit_of(uint64_t seed)
{
	return (unsigned)seed_pick(seed, "limit", 120, 300);
}

static void connect_and_forget(struct role *r)
{
	struct sockaddr_storage to;
	struct endpoint e;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	endpoint_parse("127.0.0.1:5672", &e);
	if (fd < 0)
		role_failed(r, "socket", -errno);
	else if (connect(fd, (struct sockaddr *)&to, net_sockaddr(&e, &to)))
		r->row->held++;
}

static void run_worker(struct role *r)
{
	struct pace pace = pace_per_s(r, 40);

	role_limit_files(limit_of(r->seed));
	role_ready(r);
	while (pace_wait(&pace))
		connect_and_forget(r);
	role_rest();
}

static int make(struct lab *lab)
{
	int error = lab_start(lab, "queue-worker");

	return error ? error : lab_until(lab, 30, lab_row(lab, "queue-worker")->failed >= 3);
}

const struct lab_fault lab_fd_refused = {
	.name = "fd-refused",
	.title = "descriptors full of sockets that never were connected",
	.story = "  queue-worker  tries to reach a broker on 127.0.0.1:5672, is refused, and keeps each socket\n",
	.expect = { .roots = { { "fd-limit", "queue-worker", NULL, NULL, "never connected" } },
	            .allowed = { "unexplained-failure" } },
	.roles = { { "queue-worker", "--broker 127.0.0.1:5672", run_worker } },
	.make = make,
};
