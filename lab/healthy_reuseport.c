/* Nothing is wrong: two workers share a port with SO_REUSEPORT. One had its queue full for a second, long ago; since
 * then both have served everybody at once. The namespace's count of overflows is no listener's fault of today. */
#include "lab/kit/kit.h"

enum { BACKLOG = 8, BURST = 120, PHASE_SERVE = 1 };

static void run_worker(struct role *r)
{
	int listener = role_need(r, net_listen_shared("127.0.0.1:8080", BACKLOG), "listen"), fd;

	role_ready(r);
	role_wait_phase(r, r->index ? PHASE_SERVE : 0);
	for (;;) {
		play_accept(r, listener, &fd, 1);
		net_answer(fd, 700);
		close(fd);
		r->row->closed++;
	}
}

static void run_burst(struct role *r)
{
	play_impatient(r, "127.0.0.1:8080", 150, 800, BURST);
}

static void run_visitors(struct role *r)
{
	play_short(r, "127.0.0.1:8080", (double)seed_pick(r->seed, "rate", 10, 40));
}

static int make(struct lab *lab)
{
	int error = lab_start_many(lab, "web-worker", 2);

	if (!error)
		error = lab_start(lab, "opening-rush");
	if (!error)
		error = lab_until(lab, 20, lab_row(lab, "opening-rush")->failed > 0);
	lab_phase(lab, PHASE_SERVE);
	if (!error)
		error = lab_until(lab, 20, lab_row(lab, "opening-rush")->closed == BURST && !look_queue(8080));
	if (!error)
		error = lab_start(lab, "visitors");
	return error ? error : lab_until(lab, 20, lab_row(lab, "visitors")->closed > 50);
}

const struct lab_fault lab_healthy_reuseport = {
	.name = "healthy-reuseport",
	.title = "nothing wrong: two workers share a port, and one had its queue full once",
	.story = "  web-worker    twice, each with a listener of its own on 127.0.0.1:8080 (SO_REUSEPORT)\n"
	         "  opening-rush  came before one of them was up: some did not get into its queue\n"
	         "  visitors      are served at once\n",
	.expect = { .healthy = true },
	.roles = { { "web-worker", "--listen 127.0.0.1:8080 --reuseport", run_worker },
	           { "opening-rush", "--to 127.0.0.1:8080", run_burst },
	           { "visitors", "--to 127.0.0.1:8080", run_visitors } },
	.make = make,
};
