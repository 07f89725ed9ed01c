/* Nobody leaks, and still the ports end: a gateway opens ever more connections to one backend, and all of them are
 * in use. After 30 to 120 s connect() to that backend finds no port; elsewhere it still does. */
#include "lab/kit/kit.h"
#include "base/memory.h"

enum { OLDEST_S = 8, LIFE_MOST_S = 120, HELD_MOST = 19000 };

static struct seed_limit ports_of(uint64_t seed)
{
	return seed_limit(seed, OLDEST_S, LIFE_MOST_S, HELD_MOST);
}

static void run_backend(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:8080", .answer_bytes = 300, .idle_ms = SERVE_KEEPS });
}

/* Each connection belongs to a user who is still there: every one is used again now and then. */
static void run_gateway(struct role *r)
{
	struct pace pace = pace_per_s(r, ports_of(r->seed).per_s);
	static const char peer[] = "127.0.0.1:8080";
	int *fds = memory_zeroed(HELD_MOST * sizeof(*fds));
	uint64_t stream = r->seed;

	role_ready(r);
	while (pace_wait(&pace)) {
		int fd = r->row->held < HELD_MOST ? net_connect(peer) : -EMFILE;
		if (fd < 0) {
			role_failed(r, "connect", fd);
		} else {
			fds[r->row->held] = fd;
			role_keep(r, fd, "established");
		}
		if (r->row->held)
			net_fetch(fds[seed_next(&stream, 0, r->row->held - 1)]);
	}
}

static int make(struct lab *lab)
{
	int error = lab_range(lab, 10000, 2 * (ports_of(lab->seed).most / 2));

	if (!error)
		error = lab_start_each(lab, "backend", "gateway", NULL);
	return error ? error : lab_until(lab, 30, lab_oldest_s(lab) > OLDEST_S);
}

const struct lab_fault lab_ports_connect = {
	.name = "ports-connect",
	.title = "more and more connections to one destination: its ports end in a minute or two",
	.story = "  gateway  opens a connection to 127.0.0.1:8080 for every user, and every user stays\n"
	         "  backend  has no trouble with that; it is the range of local ports that ends\n",
	.expect = { .roots = { { "ports-exhausted", "gateway" } },
	            .end = { "ports-exhausted", "gateway", "connect", "EADDRNOTAVAIL" } },
	.roles = { { "backend", "--listen 127.0.0.1:8080", run_backend },
	           { "gateway", "--backend 127.0.0.1:8080", run_gateway } },
	.make = make,
};
