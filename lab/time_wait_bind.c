/* A client that binds to its source address before it connects, and closes first: bind(port 0) needs a port that is
 * free on that whole address, so that the TIME_WAIT of all destinations together eats it. What people then set does not
 * help: tcp_tw_reuse is for connect(), and more destinations change nothing. Keep-alive would. */
#include "lab/kit/kit.h"

enum { DESTINATIONS = 10 };

static unsigned range_of(uint64_t seed)
{
	return 2 * (unsigned)seed_pick(seed, "range", 125, 250);
}

static void destination(unsigned i, char ret[32])
{
	snprintf(ret, 32, "127.0.0.1:%u", 9110 + i);
}

static void run_server(struct role *r)
{
	char address[32];

	destination(r->index, address);
	serve(r, &(struct service){ .address = address, .answer_bytes = 100, .idle_ms = SERVE_KEEPS });
}

/* It fills the range in some ten seconds. */
static void run_sync(struct role *r)
{
	struct pace pace = pace_per_s(r, range_of(r->seed) / 10.0);
	char address[32];

	role_ready(r);
	while (pace_wait(&pace)) {
		destination(r->row->opened % DESTINATIONS, address);
		int fd = net_connect_from("127.0.0.2:0", address);
		if (fd < 0) {
			role_failed(r, "bind", fd);
			continue;
		}
		r->row->opened++;
		net_fetch(fd);
		close(fd);
		r->row->closed++;
	}
	role_rest();
}

static int make(struct lab *lab)
{
	int error = lab_range(lab, 20000, range_of(lab->seed));

	if (!error)
		error = lab_sysctl(lab, "net.ipv4.tcp_tw_reuse", "1");
	if (!error)
		error = lab_start_many(lab, "shard", DESTINATIONS);
	if (!error)
		error = lab_start(lab, "shard-sync");
	return error ? error : lab_until(lab, 40, lab_row(lab, "shard-sync")->failed >= 5);
}

const struct lab_fault lab_time_wait_bind = {
	.name = "time-wait-bind",
	.title = "TIME-WAIT over ten destinations eats bind(port 0) of one source address",
	.story = "  shard-sync  binds to 127.0.0.2, asks one shard after the other, and closes first: for a minute "
	         "each\n"
	         "              port is taken for all of them; tcp_tw_reuse=1 is set and does not help\n"
	         "  shard       ten servers on 127.0.0.1:9110 to 9119, which would keep connections open\n"
	         "The range of local ports is small here.\n",
	.expect = { .roots = { { "connection-churn", "shard-sync" } },
	            .effects = { { "ports-exhausted", "connection-churn" } },
	            .victims = { { "shard-sync", "bind", "EADDRINUSE" } } },
	.roles = { { "shard", "--listen 127.0.0.1", run_server },
	           { "shard-sync", "--from 127.0.0.2 --to 127.0.0.1:9110-9119", run_sync } },
	.make = make,
};
