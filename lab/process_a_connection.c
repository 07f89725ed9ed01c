/* A server that forks a process for each connection and closes by the end of that process, as PostgreSQL and inetd do.
 * Its work takes longer than its clients wait: late, and yet every one of them leaves. */
#include "lab/kit/kit.h"
#include "lab/kit/forking.h"

static void run_server(struct role *r)
{
	uint64_t think_ms = seed_pick(r->seed, "think", 2500, 4500);

	forking_server(r, "127.0.0.1:5432", think_ms);
}

static void run_clients(struct role *r)
{
	play_impatient(r, "127.0.0.1:5432", (double)seed_pick(r->seed, "rate", 5, 20),
	               (unsigned)seed_pick(r->seed, "patience", 500, 1500), 0);
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "database", "dashboards", NULL);

	if (!error)
		error = lab_until(lab, 30, lab_row(lab, "database")->closed > 20);
	return error ? error : lab_until(lab, 10, look_count(TCP_CLOSE_WAIT, 5432) > 6);
}

const struct lab_fault lab_process_a_connection = {
	.name = "process-a-connection",
	.title = "a process for each connection, which ends later than its client waits",
	.story = "  database    forks for each client of 127.0.0.1:5432; the child works for seconds, then ends\n"
	         "  dashboards  lose patience sooner and close: until the child ends, it is in CLOSE-WAIT\n",
	.expect = { .roots = { { "slow-handler", "database", "state close-wait sport = :5432", "never-closed" } } },
	.roles = { { "database", "--listen 127.0.0.1:5432", run_server },
	           { "dashboards", "--queries 127.0.0.1:5432 --timeout 1s", run_clients } },
	.make = make,
};
