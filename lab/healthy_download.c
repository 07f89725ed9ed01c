/* Nothing is wrong: large transfers to readers that are slower than the sender. Queues are full on both sides, windows
 * close and open again, and every second some of it is acknowledged. */
#include "lab/kit/kit.h"

enum { MOST = 40, CHUNK = 65536 };

static unsigned count_of(uint64_t seed)
{
	return (unsigned)seed_pick(seed, "count", 4, MOST);
}

static void run_server(struct role *r)
{
	int fds[MOST], listener = role_need(r, net_listen("127.0.0.1:8080", 64), "listen");
	unsigned count = count_of(r->seed);
	struct pace pace = pace_per_s(r, 50);
	static const char chunk[CHUNK];

	role_ready(r);
	play_accept(r, listener, fds, count);
	while (pace_wait(&pace))
		for (unsigned i = 0; i < count; i++)
			send(fds[i], chunk, sizeof(chunk), MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void run_readers(struct role *r)
{
	unsigned count = count_of(r->seed);
	struct pace pace = pace_per_s(r, (double)seed_pick(r->seed, "reads", 5, 20));
	static const size_t part = CHUNK;
	char chunk[CHUNK];
	int fds[MOST];

	for (unsigned i = 0; i < count; i++) {
		fds[i] = role_need(r, net_connect("127.0.0.1:8080"), "connect");
		net_ask(fds[i]);
		r->row->opened++;
	}
	role_ready(r);
	while (pace_wait(&pace))
		for (unsigned i = 0; i < count; i++)
			r->row->closed += recv(fds[i], chunk, part, MSG_DONTWAIT) > 0;
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "file-server", "downloads", NULL);

	return error ? error : lab_until(lab, 20, lab_row(lab, "downloads")->closed > 5 * count_of(lab->seed));
}

const struct lab_fault lab_healthy_download = {
	.name = "healthy-download",
	.title = "nothing wrong: large transfers, with full queues and steady progress",
	.story = "  file-server  on 127.0.0.1:8080 sends as fast as it may\n"
	         "  downloads    read slower than that, but read\n",
	.expect = { .healthy = true },
	.roles = { { "file-server", "--listen 127.0.0.1:8080", run_server },
	           { "downloads", "--from 127.0.0.1:8080", run_readers } },
	.make = make,
};
