/* Fifty leaked connections among as many healthy ones as --count says: a few thousand, or 200,000 for the bench. The
 * crowd holds both ends of its connections, and is at rest. */
#include "lab/kit/kit.h"

enum { LEAKED = 50, OLDEST_S = 8, WORKER_FDS = 16000, COUNT_DEFAULT = 2000 };

static void run_feed_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:8081", .answer_bytes = 800 });
}

static void run_feed_reader(struct role *r)
{
	play_leak(r, "127.0.0.1:8081", (double)seed_pick(r->seed, "leak", 10, 40), LEAKED);
}

/* Each worker has a listener of its own: so all 4-tuples differ. */
static void run_crowd(struct role *r)
{
	char address[32];

	snprintf(address, sizeof(address), "127.1.%u.1:7000", r->index + 1);
	int listener = role_need(r, net_listen(address, 16), "listen");
	role_ready(r);
	for (uint64_t sockets = 0; sockets < r->count; sockets += 2) {
		role_need(r, net_connect(address), "connect");
		role_need(r, accept4(listener, NULL, NULL, SOCK_CLOEXEC), "accept");
	}
	r->row->opened = r->count;
	role_rest();
}

static bool all_made(const struct lab *lab, unsigned workers)
{
	unsigned made = 0;

	for (unsigned i = 0; i < lab->started; i++)
		made += streq(lab->roles[i].name, "crowd") && lab->board->rows[i].opened;
	return made == workers;
}

static int make(struct lab *lab)
{
	uint64_t count = lab->count ? lab->count : COUNT_DEFAULT;
	unsigned workers = (unsigned)MIN(count / WORKER_FDS + 1, (uint64_t)BOARD_ROWS - 2);

	lab->count = (count + workers - 1) / workers;
	int error = lab_start_many(lab, "crowd", workers);
	if (!error)
		error = lab_until(lab, 300, all_made(lab, workers));
	if (!error)
		error = lab_start_each(lab, "feed-server", "feed-reader", NULL);
	return error ? error : lab_until(lab, 30, lab_oldest_s(lab) > OLDEST_S);
}

const struct lab_fault lab_mixed_leak_in_crowd = {
	.name = "mixed-leak-in-crowd",
	.title = "fifty leaked connections among thousands of healthy ones (--count)",
	.story = "  crowd        holds both ends of connections that are as they should be\n"
	         "  feed-reader  never closes its connections to feed-server on 127.0.0.1:8081\n",
	.expect = { .roots = { { "never-closed", "feed-reader", "state close-wait dport = :8081" } } },
	.roles = { { "crowd", "", run_crowd },
	           { "feed-server", "--listen 127.0.0.1:8081", run_feed_server },
	           { "feed-reader", "--from 127.0.0.1:8081", run_feed_reader } },
	.make = make,
};
