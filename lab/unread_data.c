/* The owner does not read. The peer's data fills the buffer, the window closes, and the FIN behind the data cannot
 * arrive: our side stays ESTABLISHED with a full receive queue, as if the peer were still there. */
#include "lab/kit/kit.h"
#include <fcntl.h>

enum { MOST = 80 };

static unsigned count_of(uint64_t seed)
{
	return (unsigned)seed_pick(seed, "count", 15, MOST);
}

/* Alive, and busy with accepting; only the reading was forgotten. */
static void run_server(struct role *r)
{
	int listener = role_need(r, net_listen("127.0.0.1:8080", 128), "listen");

	setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &(int){ 16384 }, sizeof(int));
	role_ready(r);
	for (;;) {
		int fd = role_need(r, accept4(listener, NULL, NULL, SOCK_CLOEXEC), "accept");
		r->row->opened++;
		role_keep(r, fd, "established");
	}
}

/* Fills the pipe, then has finished: shutdown() queues a FIN that never gets through. */
static void run_feeds(struct role *r)
{
	static const char data[4096];

	role_ready(r);
	for (unsigned i = 0; i < count_of(r->seed); i++) {
		int fd = role_need(r, net_connect("127.0.0.1:8080"), "connect");
		while (send(fd, data, sizeof(data), MSG_NOSIGNAL | MSG_DONTWAIT) > 0)
			;
		shutdown(fd, SHUT_WR);
		role_keep(r, fd, "fin_wait1");
	}
	role_rest();
}

static int make(struct lab *lab)
{
	unsigned count = count_of(lab->seed);
	int error = lab_start_each(lab, "ingest-server", "sensor-feeds", NULL);

	if (!error)
		error = lab_until(lab, 20, look_count(TCP_FIN_WAIT1, 8080) == count);
	return error ? error : lab_until(lab, 20, lab_oldest_s(lab) > 4);
}

const struct lab_fault lab_unread_data = {
	.name = "unread-data",
	.title = "the server does not read, so it cannot see that its peers have finished",
	.story = "  ingest-server  accepts on 127.0.0.1:8080 and reads nothing: its receive queues are full\n"
	         "  sensor-feeds   have sent their data and finished; their FIN waits behind a closed window\n",
	.expect = { .steady = true,
	            .roots = { { "unread-data", "ingest-server", "state established sport = :8080" } },
	            .allowed = { "peer-stalled" } },
	.roles = { { "ingest-server", "--listen 127.0.0.1:8080", run_server },
	           { "sensor-feeds", "--to 127.0.0.1:8080", run_feeds } },
	.make = make,
};
