/* Our side has finished and said so; the peer acknowledged, and never says the same. FIN_WAIT2 for as long as our
 * program waits for it. The peer is on another host: only its name can be told. */
#include "lab/kit/kit.h"

enum { MOST = 200 };

static unsigned count_of(uint64_t seed)
{
	return (unsigned)seed_pick(seed, "count", 20, MOST);
}

static void run_server(struct role *r)
{
	int fds[MOST], listener = role_need(r, net_listen("10.77.0.2:25", 128), "listen");

	role_ready(r);
	play_accept(r, listener, fds, count_of(r->seed));
	role_rest();
}

static void run_relay(struct role *r)
{
	struct pace pace = pace_per_s(r, 40);

	role_ready(r);
	while (r->row->held < count_of(r->seed) && pace_wait(&pace)) {
		int fd = role_need(r, net_connect("10.77.0.2:25"), "connect");
		net_ask(fd);
		shutdown(fd, SHUT_WR);
		role_keep(r, fd, "fin_wait2");
	}
	role_rest();
}

static int make(struct lab *lab)
{
	int error = lab_far(lab);

	if (!error)
		error = lab_start_each(lab, "mail-server", "mail-relay", NULL);
	if (!error)
		error = lab_until(lab, 20, look_count(TCP_FIN_WAIT2, 25) == count_of(lab->seed));
	return error ? error : lab_until(lab, 20, lab_oldest_s(lab) > 8);
}

const struct lab_fault lab_peer_never_closes = {
	.name = "peer-never-closes",
	.title = "we have finished, the peer has not: FIN-WAIT-2",
	.story = "  mail-relay   sent its mail to 10.77.0.2:25, shut down its side and waits for the other's end\n"
	         "  mail-server  on that other host never closes\n",
	.expect = { .steady = true,
	            .roots = { { "peer-never-closes", "mail-relay", "state fin-wait-2 dport = :25" } } },
	.roles = { { "mail-server", "--listen 10.77.0.2:25", run_server, .far = true },
	           { "mail-relay", "--to 10.77.0.2:25", run_relay } },
	.make = make,
};
