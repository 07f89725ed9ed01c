/* Nothing is wrong: a web application keeps a pool of connections to its database, idle most of the time.
 * Both ends hold them, both are awake, some carry a query now and then. */
#include "lab/kit/kit.h"

enum { POOL_MOST = 120 };

static void run_database(struct role *r)
{
	serve(r,
	      &(struct service){
	              .address = "127.0.0.1:5432", .think_most_ms = 30, .answer_bytes = 500, .idle_ms = SERVE_KEEPS });
}

static void run_app(struct role *r)
{
	unsigned pool = (unsigned)seed_pick(r->seed, "pool", 20, POOL_MOST);
	struct pace pace = pace_per_s(r, (double)seed_pick(r->seed, "queries", 1, 20));
	uint64_t stream = r->seed;
	int fds[POOL_MOST];

	for (unsigned i = 0; i < pool; i++) {
		fds[i] = role_need(r, net_connect("127.0.0.1:5432"), "connect");
		role_keep(r, fds[i], "established");
	}
	role_ready(r);
	while (pace_wait(&pace))
		if (net_fetch(fds[seed_next(&stream, 0, pool - 1)]))
			role_fail(r, -EPIPE, "query");
}

static int make(struct lab *lab)
{
	int error = lab_start(lab, "database");

	if (!error)
		error = lab_start(lab, "web-app");
	return error ? error : lab_until(lab, 10, lab_row(lab, "database")->opened == lab_row(lab, "web-app")->held);
}

const struct lab_fault lab_healthy_pool = {
	.name = "healthy-pool",
	.title = "nothing wrong: a pool of idle connections, as applications keep",
	.story = "  database  answers on 127.0.0.1:5432 and keeps connections open\n"
	         "  web-app   holds a pool of them and sends a query now and then\n",
	.expect = { .healthy = true },
	.roles = { { "database", "--listen 127.0.0.1:5432", run_database },
	           { "web-app", "--database 127.0.0.1:5432", run_app } },
	.make = make,
};
