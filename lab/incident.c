/* The incident, in miniature. Login fails with "Address already in use", and the program that cannot log in
 * did nothing wrong: another one on the host leaks connections until no port is left for bind(0).
 *
 * The range is made in two parts. The head is what the leak alone takes. The tail is small and is shared:
 * `orders-api` holds each of its ports with a connection to elsewhere, which keeps bind(0) from them, while
 * connect() may still use them, since only the 4-tuple has to be unique. So bind(0) finds no port any more,
 * and yet the leak goes on and can be seen to grow. */
#include "lab/kit/kit.h"

enum { FILL_S = 5, OLDEST_S = 8, PHASE_TAIL = 1, PHASE_SHORT = 1, SHORT_PER_S = 4 };

struct plan {
	unsigned first, head, tail; /* the range: first port, and how many of each part */
	double slow_per_s;          /* the leak, once the head is full */
};

/* Both parts are even: of an odd range, the kernel's search may leave out one port. */
static struct plan plan_of(uint64_t seed)
{
	return (struct plan){ .first = (unsigned)seed_pick(seed, "first", 20000, 50000),
		              .head = 2 * (unsigned)seed_pick(seed, "head", 90, 160),
		              .tail = 2 * (unsigned)seed_pick(seed, "tail", 25, 40),
		              .slow_per_s = (double)seed_pick(seed, "slow", 10, 15) / 10 };
}

static void run_profile_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:8080", .think_most_ms = 10, .answer_bytes = 800 });
}

static void run_stock_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:9090", .answer_bytes = 100, .idle_ms = SERVE_KEEPS });
}

static void run_auth_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:9443", .answer_bytes = 100 });
}

/* One more connection, and no close(). Without a port it fails as well, and tries again. */
static void leak(struct role *r)
{
	int fd = net_connect("127.0.0.1:8080");

	if (fd >= 0 && !net_fetch(fd))
		role_keep(r, fd, "close_wait");
	else if (fd == -EADDRNOTAVAIL)
		r->row->failed++;
	else
		role_fail(r, fd, "connect");
}

static void run_fetch(struct role *r)
{
	struct plan plan = plan_of(r->seed);
	struct pace fast = pace_per_s(r, (double)plan.head / FILL_S), slow = pace_per_s(r, plan.slow_per_s);

	role_ready(r);
	while (r->row->held < plan.head && pace_wait(&fast))
		leak(r);
	role_wait_phase(r, PHASE_TAIL);
	while (pace_wait(&slow))
		leak(r);
}

/* Healthy: a pool, and short requests that it closes itself. Those leave the few TIME_WAIT. */
static void run_orders(struct role *r)
{
	struct plan plan = plan_of(r->seed);
	struct pace pace = pace_per_s(r, SHORT_PER_S);

	for (unsigned i = 0; i < plan.tail; i++)
		role_keep(r, role_need(r, net_connect("127.0.0.1:9090"), "connect"), "established");
	role_ready(r);
	role_wait_phase(r, PHASE_SHORT);
	while (pace_wait(&pace)) {
		int fd = net_connect("127.0.0.1:9090");
		if (fd < 0)
			continue;
		net_fetch(fd);
		close(fd);
	}
}

/* The victim. */
static void run_login(struct role *r)
{
	play_bind_first(r, "127.0.0.1:9443", (double)seed_pick(r->seed, "logins", 3, 6));
}

static int servers_start(struct lab *lab)
{
	int error = lab_start(lab, "profile-server");

	if (!error)
		error = lab_start(lab, "stock-server");
	return error ? error : lab_start(lab, "auth-server");
}

static int make(struct lab *lab)
{
	struct plan plan = plan_of(lab->seed);
	int error = servers_start(lab);

	if (!error)
		error = lab_range(lab, plan.first + plan.head, plan.tail);
	if (!error)
		error = lab_start(lab, "orders-api");
	if (!error)
		error = lab_range(lab, plan.first, plan.head);
	if (!error)
		error = lab_start(lab, "fetch-profiles");
	if (!error)
		error = lab_until(lab, 30, lab_row(lab, "fetch-profiles")->held == plan.head);
	if (!error)
		error = lab_range(lab, plan.first, plan.head + plan.tail);
	lab_phase(lab, PHASE_TAIL);
	if (!error)
		error = lab_start(lab, "login-service");
	if (!error)
		error = lab_until(lab, 10, lab_row(lab, "login-service")->failed >= 3);
	return error ? error : lab_until(lab, 30, lab_oldest_s(lab) > OLDEST_S);
}

const struct lab_fault lab_incident = {
	.name = "incident",
	.title = "login fails: \"Address already in use\", and another program is the cause",
	.story = "  login-service   wants to reach auth-server on 127.0.0.1:9443; it calls bind(0.0.0.0:0) first, and "
	         "that fails\n"
	         "  fetch-profiles  gets profiles from profile-server on 127.0.0.1:8080 and never closes: it is the "
	         "cause\n"
	         "  orders-api      works as ever: its plain connect() to stock-server on 127.0.0.1:9090 still finds a "
	         "port\n"
	         "The range of local ports is small here, so that a few hundred connections do what took thousands.\n",
	.expect = { .roots = { { "never-closed", "fetch-profiles", "state close-wait dport = :8080" } },
	            .effects = { { "ports-exhausted", "never-closed" } },
	            .victims = { { "login-service", "bind", "EADDRINUSE" } } },
	.roles = { { "profile-server", "--listen 127.0.0.1:8080", run_profile_server },
	           { "stock-server", "--listen 127.0.0.1:9090", run_stock_server },
	           { "auth-server", "--listen 127.0.0.1:9443", run_auth_server },
	           { "orders-api", "--stock 127.0.0.1:9090", run_orders },
	           { "fetch-profiles", "--from 127.0.0.1:8080", run_fetch },
	           { "login-service", "--auth 127.0.0.1:9443", run_login } },
	.make = make,
};
