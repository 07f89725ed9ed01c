/* A leak that no tool lists. The client leaks, with keepalive on, as Go programs do; the server's end is long gone,
 * so that the first probe is answered by a reset. The connection dies, state CLOSE, and leaves every list; the
 * descriptor stays. */
#include "lab/kit/kit.h"
#include <netinet/in.h>

static unsigned count_of(uint64_t seed)
{
	return (unsigned)seed_pick(seed, "count", 30, 200);
}

static void run_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:8080", .answer_bytes = 500 });
}

static void run_collector(struct role *r)
{
	struct pace pace = pace_per_s(r, count_of(r->seed) / 6.0);

	role_ready(r);
	while (r->row->held < count_of(r->seed) && pace_wait(&pace)) {
		int fd = role_need(r, net_connect("127.0.0.1:8080"), "connect");
		setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &(int){ 1 }, sizeof(int));
		setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &(int){ 3 }, sizeof(int));
		net_fetch(fd);
		role_keep(r, fd, "close");
	}
	role_rest();
}

/* The server's ends go after a second here instead of a minute. */
static int make(struct lab *lab)
{
	int error = lab_sysctl(lab, "net.ipv4.tcp_fin_timeout", "1");

	if (!error)
		error = lab_start_each(lab, "api-server", "collector", NULL);
	if (!error)
		error = lab_until(lab, 20, lab_row(lab, "collector")->held == count_of(lab->seed));
	return error ? error : lab_until(lab, 20, look_count(TCP_CLOSE_WAIT, 8080) == 0);
}

const struct lab_fault lab_dead_but_held = {
	.name = "dead-but-held",
	.title = "leaked, then reset: the descriptors stay, and no list shows them",
	.story = "  api-server  answered on 127.0.0.1:8080, closed, and has forgotten the connections\n"
	         "  collector   never closes; its keepalive met a reset: CLOSE, with a descriptor\n",
	.expect = { .steady = true, .roots = { { "never-closed", "collector" } } },
	.roles = { { "api-server", "--listen 127.0.0.1:8080", run_server },
	           { "collector", "--from 127.0.0.1:8080 --keepalive 3s", run_collector } },
	.make = make,
};
