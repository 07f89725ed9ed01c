/* A budget with an end in sight: a leak that binds before it connects takes a port for every connection, at a steady
 * rate; after 30 to 120 s bind(0) has none left, for anybody on the host. The ledger has the moment. */
#include "lab/kit/kit.h"

enum { OLDEST_S = 8, LIFE_MOST_S = 120, HELD_MOST = 19000 };

static struct seed_limit ports_of(uint64_t seed)
{
	return seed_limit(seed, OLDEST_S, LIFE_MOST_S, HELD_MOST);
}

static void run_servers(struct role *r)
{
	serve(r, &(struct service){ .address = r->index ? "127.0.0.1:9443" : "127.0.0.1:8080", .answer_bytes = 300 });
}

static void run_crawler(struct role *r)
{
	struct pace pace = pace_per_s(r, ports_of(r->seed).per_s);

	role_ready(r);
	while (pace_wait(&pace)) {
		int fd = net_connect_from("0.0.0.0:0", "127.0.0.1:8080");
		if (fd < 0) {
			role_failed(r, "bind", fd);
			continue;
		}
		net_fetch(fd);
		role_keep(r, fd, "close_wait");
	}
	role_rest();
}

static void run_login(struct role *r)
{
	play_bind_first(r, "127.0.0.1:9443", 5);
}

static int make(struct lab *lab)
{
	int error = lab_range(lab, 10000, 2 * (ports_of(lab->seed).most / 2));

	if (!error)
		error = lab_start_many(lab, "web-server", 2);
	if (!error)
		error = lab_start_each(lab, "crawler", "login-service", NULL);
	return error ? error : lab_until(lab, 30, lab_oldest_s(lab) > OLDEST_S);
}

const struct lab_fault lab_ports_bind = {
	.name = "ports-bind",
	.title = "a leak takes ports with bind(0): they end in a minute or two",
	.story = "  crawler        binds, gets a page from 127.0.0.1:8080, never closes: a port for each, at a steady "
	         "rate\n"
	         "  login-service  binds before it connects to 127.0.0.1:9443: it will fail when the ports end\n",
	.expect = { .roots = { { "never-closed", "crawler", "state close-wait dport = :8080" } },
	            .effects = { { "ports-exhausted", "never-closed" } },
	            .end = { "ports-exhausted", "login-service", "bind", "EADDRINUSE" } },
	.roles = { { "web-server", "--listen 127.0.0.1", run_servers },
	           { "crawler", "--from 127.0.0.1:8080", run_crawler },
	           { "login-service", "--auth 127.0.0.1:9443", run_login } },
	.make = make,
};
