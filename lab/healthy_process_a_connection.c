/* Nothing is wrong: a server that forks a process for each connection. When its client hangs up, the process tidies up
 * for a moment and ends, and that is how it closes. */
#include "lab/kit/kit.h"
#include "lab/kit/forking.h"

static void run_server(struct role *r)
{
	forking_server(r, "127.0.0.1:5432", seed_pick(r->seed, "think", 5, 60));
}

static void run_clients(struct role *r)
{
	play_short(r, "127.0.0.1:5432", (double)seed_pick(r->seed, "rate", 10, 40));
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "database", "web-app", NULL);

	return error ? error : lab_until(lab, 20, lab_row(lab, "database")->closed > 30);
}

const struct lab_fault lab_healthy_process_a_connection = {
	.name = "healthy-process-a-connection",
	.title = "nothing wrong: a server with a process for each connection",
	.story = "  database  forks for each client of 127.0.0.1:5432; the child answers, and ends when the client "
	         "does\n"
	         "  web-app   asks, reads its answer and closes\n",
	.expect = { .healthy = true },
	.roles = { { "database", "--listen 127.0.0.1:5432", run_server },
	           { "web-app", "--to 127.0.0.1:5432", run_clients } },
	.make = make,
};
