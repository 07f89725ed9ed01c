/* A burst that is over: all came within two seconds, were left by their clients, and none came since. What is held
 * stays held; but it does not grow, and a number that does not grow has no end that could be foretold. */
#include "lab/kit/kit.h"

enum { MOST = 400, RIPE_MS = 20000 };

static unsigned count_of(uint64_t seed)
{
	return (unsigned)seed_pick(seed, "count", 150, MOST);
}

static void run_server(struct role *r)
{
	int listener = role_need(r, net_listen("127.0.0.1:8080", 512), "listen"), fd;

	role_limit_files(2 * count_of(r->seed));
	role_ready(r);
	while (r->row->held < count_of(r->seed)) {
		play_accept(r, listener, &fd, 1);
		role_keep(r, fd, "close_wait");
	}
	role_rest();
}

static void run_clients(struct role *r)
{
	play_impatient(r, "127.0.0.1:8080", 200, (unsigned)seed_pick(r->seed, "patience", 300, 900), count_of(r->seed));
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "ticket-server", "ticket-buyers", NULL);

	if (!error)
		error = lab_until(lab, 20, look_count(TCP_CLOSE_WAIT, 8080) == count_of(lab->seed));
	return error ? error : lab_ripen(lab, RIPE_MS);
}

const struct lab_fault lab_burst = {
	.name = "burst",
	.title = "one burst was never closed, and nothing came since: it does not grow",
	.story = "  ticket-buyers  came to 127.0.0.1:8080 in one burst, lost patience and closed\n"
	         "  ticket-server  holds all of them; half of its descriptors are left\n",
	.expect = { .undecidable = true,
	            .steady = true,
	            .roots = { { "never-closed", "ticket-server", "state close-wait sport = :8080" } } },
	.roles = { { "ticket-server", "--listen 127.0.0.1:8080", run_server },
	           { "ticket-buyers", "--to 127.0.0.1:8080", run_clients } },
	.make = make,
};
