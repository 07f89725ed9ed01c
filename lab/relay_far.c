/* The relay's backend is on another host: it never closes, and cannot be looked at. All that can be known is that the
 * relay has finished, and its peer has not; that the clients' side stays in CLOSE_WAIT follows from it. */
#include "lab/kit/kit.h"
#include "lab/kit/relay.h"

enum { OLDEST_S = 8, HELD_MOST = 4000 };

static void run_backend(struct role *r)
{
	int listener = role_need(r, net_listen("10.77.0.2:8200", 128), "listen"), fd;

	role_ready(r);
	while (r->row->held < HELD_MOST) {
		play_accept(r, listener, &fd, 1);
		net_answer(fd, 500);
		r->row->held++;
	}
	role_rest();
}

static void run_relay(struct role *r)
{
	play_relay(r, "127.0.0.1:8100", "10.77.0.2:8200");
}

static void run_visitors(struct role *r)
{
	play_short(r, "127.0.0.1:8100", (double)seed_pick(r->seed, "rate", 5, 25));
}

static int make(struct lab *lab)
{
	int error = lab_far(lab);

	if (!error)
		error = lab_start_each(lab, "shop-backend", "port-relay", "visitors", NULL);
	if (!error)
		error = lab_until(lab, 30, lab_oldest_s(lab) > OLDEST_S);
	return error ? error : lab_until(lab, 10, look_count(TCP_FIN_WAIT2, 8200) > 4 * OLDEST_S);
}

const struct lab_fault lab_relay_far = {
	.name = "relay-far",
	.title = "a relay waits for the end of a backend on another host",
	.story = "  visitors      come to 127.0.0.1:8100, and close after the answer\n"
	         "  port-relay    has passed that on and waits: CLOSE-WAIT towards them, FIN-WAIT-2 towards 10.77.0.2\n"
	         "  shop-backend  on that other host never closes\n",
	.expect = { .roots = { { "peer-never-closes",
	                         "port-relay" } }, /* of those silent for 5 s: fewer than ss counts */
	            .effects = { { "never-closed", "peer-never-closes" },
	                         { "fd-limit", "peer-never-closes" },
	                         { "ports-exhausted", "peer-never-closes" } } },
	.roles = { { "shop-backend", "--listen 10.77.0.2:8200", run_backend, .far = true },
	           { "port-relay", "--listen 127.0.0.1:8100 --to 10.77.0.2:8200", run_relay },
	           { "visitors", "--to 127.0.0.1:8100", run_visitors } },
	.make = make,
};
