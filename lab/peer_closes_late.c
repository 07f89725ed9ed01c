/* Our side has finished, and the peers let it wait; but not for ever: our program gives up after a time of its own and
 * closes. What it has closed so, the kernel still keeps for tcp_fin_timeout. One fault, held and orphaned alike. */
#include "lab/kit/kit.h"
#include "base/clock.h"

enum { MOST = 512, PER_S = 10 };

static uint64_t limit_ms(uint64_t seed)
{
	return seed_pick(seed, "limit", 8000, 12000);
}

static void run_server(struct role *r)
{
	int fds[MOST], listener = role_need(r, net_listen("10.77.0.2:25", 128), "listen");

	role_ready(r);
	play_accept(r, listener, fds, MOST);
	role_rest();
}

static void run_relay(struct role *r)
{
	struct pace pace = pace_per_s(r, PER_S);
	struct {
		int fd;
		uint64_t until_ns;
	} waiting[MOST];
	unsigned first = 0, end = 0;

	role_ready(r);
	while (pace_wait(&pace)) {
		for (; first < end && waiting[first].until_ns < clock_monotonic_ns(); first++, r->row->closed++)
			close(waiting[first].fd);
		if (end == MOST)
			continue;
		int fd = role_need(r, net_connect("10.77.0.2:25"), "connect");
		net_ask(fd);
		shutdown(fd, SHUT_WR);
		waiting[end].fd = fd;
		waiting[end++].until_ns = clock_monotonic_ns() + limit_ms(r->seed) * NS_PER_MS;
		r->row->opened++;
	}
	role_rest();
}

static int make(struct lab *lab)
{
	int error = lab_far(lab);

	if (!error)
		error = lab_start_each(lab, "mail-server", "mail-relay", NULL);
	return error ? error : lab_until(lab, 30, lab_row(lab, "mail-relay")->closed > PER_S);
}

const struct lab_fault lab_peer_closes_late = {
	.name = "peer-closes-late",
	.title = "the peers do not finish, and our program gives up on them in time",
	.story = "  mail-relay   sent its mail to 10.77.0.2:25, shut down its side, waits some seconds, and closes\n"
	         "  mail-server  on that other host never closes\n",
	.expect = { .roots = { { "peer-never-closes", "mail-relay", "state fin-wait-2 dport = :25" } } },
	.roles = { { "mail-server", "--listen 10.77.0.2:25", run_server, .far = true },
	           { "mail-relay", "--to 10.77.0.2:25 --limit 10s", run_relay } },
	.make = make,
};
