/* The plain leak: a client that reads its answers and forgets the connections. The server closes, the client
 * never does: each stays in CLOSE_WAIT, with a descriptor. Ports and descriptors are far from their limits. */
#include "lab/kit/kit.h"

enum { LEAKED_MOST = 4000, OLDEST_S = 8 };

static void run_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:8080", .think_most_ms = 20, .answer_bytes = 800 });
}

static void run_fetch(struct role *r)
{
	struct pace pace = pace_per_s(r, (double)seed_pick(r->seed, "rate", 8, 60));

	role_ready(r);
	while (r->row->held < LEAKED_MOST && pace_wait(&pace)) {
		int fd = role_need(r, net_connect("127.0.0.1:8080"), "connect");
		if (net_fetch(fd))
			role_fail(r, -EPIPE, "fetch");
		role_keep(r, fd, "close_wait");
	}
	role_rest();
}

static int make(struct lab *lab)
{
	int error = lab_start(lab, "profile-server");

	if (!error)
		error = lab_start(lab, "fetch-profiles");
	if (!error)
		error = lab_until(lab, 30, lab_oldest_s(lab) > OLDEST_S);
	return error ? error : lab_until(lab, 5, look_count(TCP_CLOSE_WAIT, 8080) > 8 * OLDEST_S / 2);
}

const struct lab_fault lab_never_closed = {
	.name = "never-closed",
	.title = "a client forgets to close",
	.story = "  profile-server  answers on 127.0.0.1:8080 and closes each connection after the answer\n"
	         "  fetch-profiles  reads the answer and never calls close(): its sockets stay in CLOSE-WAIT\n",
	.expect = { .roots = { { "never-closed", "fetch-profiles", "state close-wait dport = :8080" } } },
	.roles = { { "profile-server", "--listen 127.0.0.1:8080", run_server },
	           { "fetch-profiles", "--from 127.0.0.1:8080", run_fetch } },
	.make = make,
};
