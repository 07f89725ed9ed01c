/* The peer does not read: its window is zero, our answer stays in the send queue, and our FIN behind it. Nothing on
 * this host can mend the peer; what can be done is to limit how long we wait for it. */
#include "lab/kit/kit.h"
#include <poll.h>

enum { MOST = 60 };

static unsigned count_of(uint64_t seed)
{
	return (unsigned)seed_pick(seed, "count", 10, MOST);
}

/* Sends until nothing goes any more, then waits politely. */
static void run_server(struct role *r)
{
	int fds[MOST], listener = role_need(r, net_listen("10.77.0.1:8080", 128), "listen");
	unsigned count = count_of(r->seed);
	struct pollfd writable[MOST];
	static const char data[4096];

	role_ready(r);
	play_accept(r, listener, fds, count);
	for (unsigned i = 0; i < count; i++) {
		writable[i] = (struct pollfd){ .fd = fds[i], .events = POLLOUT };
		role_keep(r, fds[i], "established");
	}
	while (poll(writable, count, -1) >= 0)
		for (unsigned i = 0; i < count; i++)
			if (writable[i].revents)
				send(fds[i], data, sizeof(data), MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void run_reader(struct role *r)
{
	role_ready(r);
	for (unsigned i = 0; i < count_of(r->seed); i++)
		net_ask(role_need(r, net_connect("10.77.0.1:8080"), "connect"));
	role_rest();
}

static int make(struct lab *lab)
{
	int error = lab_far(lab);

	if (!error)
		error = lab_start_each(lab, "download-server", "slow-reader", NULL);
	if (!error)
		error = lab_until(lab, 20, look_count(TCP_ESTABLISHED, 8080) == count_of(lab->seed));
	return error ? error : lab_until(lab, 20, lab_oldest_s(lab) > 4);
}

const struct lab_fault lab_peer_stalled = {
	.name = "peer-stalled",
	.title = "the peer does not read: our data waits behind a closed window",
	.story = "  download-server  on 10.77.0.1:8080 has answers to send\n"
	         "  slow-reader      on another host (10.77.0.2) asked for them, and does not read\n",
	.expect = { .steady = true,
	            .roots = { { "peer-stalled", "download-server", "state established sport = :8080" } } },
	.roles = { { "download-server", "--listen 10.77.0.1:8080", run_server },
	           { "slow-reader", "--from 10.77.0.1:8080", run_reader, .far = true } },
	.make = make,
};
