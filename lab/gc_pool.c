/* A new client object for each call, used once and forgotten: what it holds is closed when the garbage collector comes.
 * Up and down goes the number, bounded as a pool is. But no pool opens a new connection beside dozens of idle ones. */
#include "lab/kit/kit.h"
#include "lab/kit/saw.h"

static void run_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:8080", .answer_bytes = 600, .idle_ms = 1000 });
}

static void run_caller(struct role *r)
{
	saw_run(r, "127.0.0.1:8080");
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "quote-server", "price-feed", NULL);

	if (!error)
		error = lab_until(lab, 40, lab_row(lab, "price-feed")->closed > 0);
	return error ? error : lab_until(lab, 20, look_count(TCP_CLOSE_WAIT, 8080) > saw_of(lab->seed).low + 5);
}

const struct lab_fault lab_gc_pool = {
	.name = "gc-pool",
	.title = "a client object for each call: only the garbage collector closes them",
	.story = "  price-feed    makes a client for each call to 127.0.0.1:8080, uses it once, and never closes it;\n"
	         "                its collector does, whenever it runs: the number goes up and down like a saw\n"
	         "  quote-server  keeps connections for a second after the answer, then closes\n",
	.expect = { .roots = { { "never-closed", "price-feed", NULL, "stale-pool" } } },
	.roles = { { "quote-server", "--listen 127.0.0.1:8080 --keep-alive 1s", run_server },
	           { "price-feed", "--quotes 127.0.0.1:8080", run_caller } },
	.make = make,
};
