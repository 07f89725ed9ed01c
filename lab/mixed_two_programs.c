/* Two programs with a fault of their own each, on one host: a client that leaks, and a server that is slow. Neither
 * is the other's cause. */
#include "lab/kit/kit.h"

enum { OLDEST_S = 8 };

static void run_feed_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:8081", .answer_bytes = 800 });
}

static void run_feed_reader(struct role *r)
{
	play_leak(r, "127.0.0.1:8081", (double)seed_pick(r->seed, "leak", 10, 40), 4000);
}

static void run_report_server(struct role *r)
{
	uint32_t think_ms = (uint32_t)seed_pick(r->seed, "think", 2500, 4500);

	serve(r,
	      &(struct service){ .address = "127.0.0.1:8080", .think_ms = think_ms, .think_most_ms = think_ms + 800 });
}

static void run_dashboards(struct role *r)
{
	play_impatient(r, "127.0.0.1:8080", (double)seed_pick(r->seed, "rate", 15, 50), 1000, 0);
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "feed-server", "feed-reader", "report-server", "dashboards", NULL);

	if (!error)
		error = lab_until(lab, 30, lab_row(lab, "report-server")->closed > 20);
	return error ? error : lab_until(lab, 30, lab_oldest_s(lab) > OLDEST_S);
}

const struct lab_fault lab_mixed_two_programs = {
	.name = "mixed-two-programs",
	.title = "two programs, two causes: a client that leaks, a server that is slow",
	.story = "  feed-reader    never closes its connections to feed-server on 127.0.0.1:8081\n"
	         "  report-server  on 127.0.0.1:8080 answers later than its clients wait\n"
	         "  dashboards     lose patience\n",
	.expect = { .roots = { { "never-closed", "feed-reader", "state close-wait dport = :8081" },
	                       { "slow-handler", "report-server", "state close-wait sport = :8080",
	                         "never-closed" } } },
	.roles = { { "feed-server", "--listen 127.0.0.1:8081", run_feed_server },
	           { "feed-reader", "--from 127.0.0.1:8081", run_feed_reader },
	           { "report-server", "--listen 127.0.0.1:8080", run_report_server },
	           { "dashboards", "--reports 127.0.0.1:8080 --timeout 1s", run_dashboards } },
	.make = make,
};
