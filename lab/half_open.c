/* The peers are gone and never said so, as after a power cut: their sockets vanish without a FIN or a reset
 * (TCP_REPAIR does that). Our side has no keepalive and nothing to send, so nothing will ever tell it. */
#include "lab/kit/kit.h"
#include <netinet/in.h>

enum { MOST = 150, PHASE_GONE = 1 };

static unsigned count_of(uint64_t seed)
{
	return (unsigned)seed_pick(seed, "count", 15, MOST);
}

static void run_server(struct role *r)
{
	int fds[MOST], listener = role_need(r, net_listen("127.0.0.1:8080", 128), "listen");
	unsigned count = count_of(r->seed);

	role_ready(r);
	play_accept(r, listener, fds, count);
	for (unsigned i = 0; i < count; i++)
		role_keep(r, fds[i], "established");
	for (;;)
		accept(listener, NULL, NULL);
}

static void run_clients(struct role *r)
{
	unsigned count = count_of(r->seed);
	int fds[MOST];

	for (unsigned i = 0; i < count; i++) {
		fds[i] = role_need(r, net_connect("127.0.0.1:8080"), "connect");
		net_ask(fds[i]);
	}
	role_ready(r);
	role_wait_phase(r, PHASE_GONE);
	for (unsigned i = 0; i < count; i++) {
		if (setsockopt(fds[i], IPPROTO_TCP, TCP_REPAIR, &(int){ 1 }, sizeof(int)))
			role_fail(r, -errno, "TCP_REPAIR");
		close(fds[i]);
		r->row->closed++;
	}
	role_rest();
}

static int make(struct lab *lab)
{
	unsigned count = count_of(lab->seed);
	int error = lab_start_each(lab, "chat-server", "chat-clients", NULL);

	if (!error)
		error = lab_until(lab, 10, lab_row(lab, "chat-server")->held == count);
	lab_phase(lab, PHASE_GONE);
	return error ? error : lab_until(lab, 10, look_count(TCP_ESTABLISHED, 8080) == count);
}

const struct lab_fault lab_half_open = {
	.name = "half-open",
	.title = "the peers are gone without a word, and nothing will ever tell",
	.story = "  chat-server   on 127.0.0.1:8080 holds connections, without keepalive, and waits\n"
	         "  chat-clients  lost their power: their ends do not exist any more\n",
	.expect = { .steady = true, .roots = { { "half-open", "chat-server", "state established sport = :8080" } } },
	.roles = { { "chat-server", "--listen 127.0.0.1:8080", run_server },
	           { "chat-clients", "--to 127.0.0.1:8080", run_clients } },
	.make = make,
};
