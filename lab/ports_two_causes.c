/* A leak to one place, and a client that uses up the ports to another by itself: the only call that fails is connect()
 * to the second, and what the leak holds is free for that. More sockets in one heap do not make it the cause. */
#include "lab/kit/kit.h"

enum { RANGE_MOST = 200 };

static unsigned range_of(uint64_t seed)
{
	return 2 * (unsigned)seed_pick(seed, "range", 40, RANGE_MOST / 2);
}

static void run_archive(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:8080", .answer_bytes = 300 });
}

static void run_broker(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:9092", .answer_bytes = 300, .idle_ms = SERVE_KEEPS });
}

static void run_crawler(struct role *r)
{
	play_leak(r, "127.0.0.1:8080", 40, range_of(r->seed) * 6 / 10);
}

/* One connection a topic, and more topics than ports. */
static void run_subscriber(struct role *r)
{
	struct pace pace = pace_per_s(r, 40);

	role_ready(r);
	while (pace_wait(&pace)) {
		int fd = net_connect("127.0.0.1:9092");
		if (fd < 0) {
			role_failed(r, "connect", fd);
			continue;
		}
		net_fetch(fd);
		role_keep(r, fd, "established");
	}
	role_rest();
}

static int make(struct lab *lab)
{
	unsigned range = range_of(lab->seed);
	int error = lab_range(lab, 20000, range);

	if (!error)
		error = lab_start_each(lab, "archive", "broker", "crawler", NULL);
	if (!error)
		error = lab_until(lab, 20, look_count(TCP_CLOSE_WAIT, 8080) == range * 6 / 10);
	if (!error)
		error = lab_start(lab, "subscriber");
	return error ? error : lab_until(lab, 30, lab_row(lab, "subscriber")->failed >= 5);
}

const struct lab_fault lab_ports_two_causes = {
	.name = "ports-two-causes",
	.title = "a leak to one place is not why the ports to another end",
	.story = "  crawler     gets pages from 127.0.0.1:8080 and leaks 60% of the ports\n"
	         "  subscriber  holds a connection from every port to 127.0.0.1:9092, and wants one more: connect() "
	         "fails\n"
	         "The range of local ports is small here.\n",
	.expect = { .watched = true,
	            .roots = { { "ports-exhausted", "subscriber" },
	                       { "never-closed", "crawler", "state close-wait dport = :8080" } },
	            .victims = { { "subscriber", "connect", "EADDRNOTAVAIL" } } },
	.roles = { { "archive", "--listen 127.0.0.1:8080", run_archive },
	           { "broker", "--listen 127.0.0.1:9092", run_broker },
	           { "crawler", "--from 127.0.0.1:8080", run_crawler },
	           { "subscriber", "--broker 127.0.0.1:9092", run_subscriber } },
	.make = make,
};
