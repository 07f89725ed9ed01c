/* Nothing is wrong: every few seconds a job opens many connections at once, asks, reads, and closes them all. What a
 * look sees depends on its moment. */
#include "lab/kit/kit.h"

enum { MOST = 200 };

static void run_server(struct role *r)
{
	serve(r,
	      &(struct service){
	              .address = "127.0.0.1:8080", .think_most_ms = 300, .answer_bytes = 900, .idle_ms = SERVE_KEEPS });
}

static void run_job(struct role *r)
{
	unsigned count = (unsigned)seed_pick(r->seed, "count", 50, MOST);
	struct pace pace = pace_per_s(r, 1000.0 / (double)seed_pick(r->seed, "period", 2000, 5000));
	int fds[MOST];

	role_ready(r);
	while (pace_wait(&pace)) {
		for (unsigned i = 0; i < count; i++) {
			fds[i] = role_need(r, net_connect("127.0.0.1:8080"), "connect");
			net_ask(fds[i]);
		}
		for (unsigned i = 0; i < count; i++) {
			net_read_answer(fds[i]);
			close(fds[i]);
		}
		r->row->closed += count;
	}
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "price-server", "hourly-job", NULL);

	return error ? error : lab_until(lab, 30, lab_row(lab, "hourly-job")->closed > 100);
}

const struct lab_fault lab_healthy_batch = {
	.name = "healthy-batch",
	.title = "nothing wrong: a job that opens many connections at once, and closes them",
	.story = "  price-server  answers on 127.0.0.1:8080\n"
	         "  hourly-job    asks it with many connections at a time, every few seconds\n",
	.expect = { .healthy = true },
	.roles = { { "price-server", "--listen 127.0.0.1:8080", run_server },
	           { "hourly-job", "--prices 127.0.0.1:8080", run_job } },
	.make = make,
};
