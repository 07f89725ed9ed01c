/* Nothing is wrong: the clients have sent all they had and shut down their side, the server still sends. That is
 * CLOSE_WAIT as the protocol means it, and every second more is acknowledged. */
#include "lab/kit/kit.h"

enum { MOST = 60, CHUNK = 8192 };

static unsigned count_of(uint64_t seed)
{
	return (unsigned)seed_pick(seed, "count", 10, MOST);
}

static void run_server(struct role *r)
{
	int fds[MOST], listener = role_need(r, net_listen("127.0.0.1:8080", 128), "listen");
	unsigned count = count_of(r->seed);
	static const char chunk[CHUNK];
	struct pace pace = pace_per_s(r, 8);

	role_ready(r);
	play_accept(r, listener, fds, count);
	while (pace_wait(&pace))
		for (unsigned i = 0; i < count; i++)
			send(fds[i], chunk, sizeof(chunk), MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void run_clients(struct role *r)
{
	unsigned count = count_of(r->seed);
	struct pace pace = pace_per_s(r, 20);
	char chunk[CHUNK];
	int fds[MOST];

	for (unsigned i = 0; i < count; i++) {
		fds[i] = role_need(r, net_connect("127.0.0.1:8080"), "connect");
		net_ask(fds[i]);
		shutdown(fds[i], SHUT_WR);
		role_keep(r, fds[i], "fin_wait2");
	}
	role_ready(r);
	while (pace_wait(&pace))
		for (unsigned i = 0; i < count; i++)
			recv(fds[i], chunk, sizeof(chunk), MSG_DONTWAIT);
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "stream-server", "players", NULL);

	return error ? error : lab_until(lab, 10, look_count(TCP_CLOSE_WAIT, 8080) == count_of(lab->seed));
}

const struct lab_fault lab_half_closed = {
	.name = "half-closed",
	.title = "nothing wrong: the clients have finished sending, the server is still at it",
	.story = "  stream-server  on 127.0.0.1:8080 sends and sends: its side is in CLOSE-WAIT, and rightly so\n"
	         "  players        sent their request and shut down their sending side; they read what comes\n",
	.expect = { .healthy = true },
	.roles = { { "stream-server", "--listen 127.0.0.1:8080", run_server },
	           { "players", "--from 127.0.0.1:8080", run_clients } },
	.make = make,
};
