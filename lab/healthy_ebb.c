/* Nothing is wrong: users come for a while and leave for a while. A few more descriptors than a moment ago, of
 * thousands, are no growth that ends: it was less before, and will be again. */
#include "lab/kit/kit.h"

enum { FEW = 5, MANY = 40 };

static void run_server(struct role *r)
{
	role_limit_files(4096);
	serve(r, &(struct service){ .address = "127.0.0.1:8080", .answer_bytes = 300, .idle_ms = SERVE_KEEPS });
}

static void run_users(struct role *r)
{
	unsigned held = 0, many = (unsigned)seed_pick(r->seed, "many", MANY / 2, MANY);
	struct pace pace = pace_per_s(r, (double)many / (double)seed_pick(r->seed, "half a tide", 8, 20));
	bool flood = true;
	int fds[MANY];

	role_ready(r);
	while (pace_wait(&pace)) {
		if (flood) {
			fds[held] = role_need(r, net_connect("127.0.0.1:8080"), "connect");
			net_fetch(fds[held++]);
			r->row->opened++;
		} else {
			close(fds[--held]);
			r->row->closed++;
		}
		flood = flood ? held < many : held == FEW;
	}
	role_rest();
}

/* It is shown at any time of the tide. */
static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "chat-server", "users", NULL);

	if (!error)
		error = lab_until(lab, 50, lab_row(lab, "users")->closed > 0);
	return error ? error : lab_ripen(lab, seed_pick(lab->seed, "when", 0, 15000));
}

const struct lab_fault lab_healthy_ebb = {
	.name = "healthy-ebb",
	.title = "nothing wrong: users come for a while and leave for a while",
	.story = "  chat-server  on 127.0.0.1:8080 may have 4096 descriptors, and has between 10 and 50\n"
	         "  users        come and go like the tide: what grows now will be less in half a minute\n",
	.expect = { .healthy = true, .steady = true },
	.roles = { { "chat-server", "--listen 127.0.0.1:8080", run_server },
	           { "users", "--to 127.0.0.1:8080", run_users } },
	.make = make,
};
