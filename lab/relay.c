/* A relay stands between the clients and a backend that never closes. The relay has passed the clients' end on and
 * waits for the backend's: as many CLOSE_WAIT as FIN_WAIT2, and most descriptors of all. Everybody blames it; closing
 * is the backend's turn. */
#include "lab/kit/kit.h"
#include "lab/kit/relay.h"

enum { OLDEST_S = 8, HELD_MOST = 4000 };

static void run_backend(struct role *r)
{
	int listener = role_need(r, net_listen("127.0.0.1:8200", 128), "listen"), fd;

	role_ready(r);
	while (r->row->held < HELD_MOST) {
		play_accept(r, listener, &fd, 1);
		net_answer(fd, 500);
		role_keep(r, fd, "close_wait");
	}
	role_rest();
}

static void run_relay(struct role *r)
{
	play_relay(r, "127.0.0.1:8100", "127.0.0.1:8200");
}

static void run_visitors(struct role *r)
{
	play_short(r, "127.0.0.1:8100", (double)seed_pick(r->seed, "rate", 5, 25));
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "shop-backend", "port-relay", "visitors", NULL);

	if (!error)
		error = lab_until(lab, 30, lab_oldest_s(lab) > OLDEST_S);
	return error ? error : lab_until(lab, 10, look_count(TCP_CLOSE_WAIT, 8100) > 4 * OLDEST_S);
}

const struct lab_fault lab_relay = {
	.name = "relay",
	.title = "a relay is blamed for what its backend does not close",
	.story = "  visitors      come to 127.0.0.1:8100, and close after the answer\n"
	         "  port-relay    has passed that on and waits: CLOSE-WAIT towards them, FIN-WAIT-2 towards the "
	         "backend\n"
	         "  shop-backend  answers on 127.0.0.1:8200 and never closes\n",
	.expect = { .roots = { { "never-closed", "shop-backend", "state close-wait sport = :8200" } },
	            .effects = { { "ports-exhausted", "never-closed" } },
	            .innocent = { "port-relay" } },
	.roles = { { "shop-backend", "--listen 127.0.0.1:8200", run_backend },
	           { "port-relay", "--listen 127.0.0.1:8100 --to 127.0.0.1:8200", run_relay },
	           { "visitors", "--to 127.0.0.1:8100", run_visitors } },
	.make = make,
};
