/* The destination swallows everything, as a firewall that drops does: SYN_SENT that only retransmits. The way there
 * leads over another host, which does not forward. */
#include "lab/kit/kit.h"

static void run_sync(struct role *r)
{
	play_impatient(r, "192.0.2.10:443", (double)seed_pick(r->seed, "rate", 4, 15),
	               (unsigned)seed_pick(r->seed, "patience", 5000, 15000), 0);
}

static int make(struct lab *lab)
{
	int error = lab_far(lab);

	if (!error)
		error = lab_route(lab, "192.0.2.0", "255.255.255.0", "10.77.0.2");
	if (!error)
		error = lab_start(lab, "sync-job");
	return error ? error : lab_until(lab, 20, lab_row(lab, "sync-job")->closed > 3);
}

const struct lab_fault lab_peer_unreachable = {
	.name = "peer-unreachable",
	.title = "a destination that never answers: SYN-SENT, again and again",
	.story = "  sync-job  connects to 192.0.2.10:443; something on the way drops its packets without a word\n",
	.expect = { .roots = { { "peer-unreachable", "sync-job", "state syn-sent dport = :443" } } },
	.roles = { { "sync-job", "--to 192.0.2.10:443", run_sync } },
	.make = make,
};
