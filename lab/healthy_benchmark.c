/* Nothing is wrong: a benchmark opens and closes connections as fast as it likes, for as long as it runs. TIME_WAIT
 * comes to close rate x 60 s, and the ports are enough for that. */
#include "lab/kit/kit.h"

static void run_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:8080", .answer_bytes = 100, .idle_ms = SERVE_KEEPS });
}

static void run_bench(struct role *r)
{
	play_short(r, "127.0.0.1:8080", (double)seed_pick(r->seed, "rate", 100, 250));
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "web-server", "load-generator", NULL);

	return error ? error : lab_until(lab, 20, lab_row(lab, "load-generator")->closed > 500);
}

const struct lab_fault lab_healthy_benchmark = {
	.name = "healthy-benchmark",
	.title = "nothing wrong: a benchmark opens and closes, with ports to spare",
	.story = "  web-server      answers on 127.0.0.1:8080\n"
	         "  load-generator  makes a connection for every request, a hundred or two a second\n",
	.expect = { .healthy = true },
	.roles = { { "web-server", "--listen 127.0.0.1:8080", run_server },
	           { "load-generator", "--to 127.0.0.1:8080", run_bench } },
	.make = make,
};
