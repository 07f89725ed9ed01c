/* A leak among survivors: every request takes the server 3 s, nobody waits that long, and of fifty requests one is
 * forgotten. What comes to CLOSE_WAIT, 50 a second, is not the leak: that grows by one a second. */
#include "lab/kit/kit.h"

enum { PER_S = 50, HANDLER_MS = 3000, PATIENCE_MS = 500, FORGETS_ONE_IN = 50, OLDEST_S = 10 };

static void run_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:8080",
	                            .think_ms = HANDLER_MS,
	                            .answer_bytes = 300,
	                            .forgets_one_in = FORGETS_ONE_IN });
}

static void run_clients(struct role *r)
{
	play_impatient(r, "127.0.0.1:8080", PER_S, PATIENCE_MS, 0);
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "report-server", "browsers", NULL);

	return error ? error : lab_until(lab, 60, lab_oldest_s(lab) > OLDEST_S);
}

const struct lab_fault lab_mixed_survivors = {
	.name = "mixed-survivors",
	.title = "a leak of one in fifty, of a server that is slower than its clients' patience",
	.story = "  report-server  on 127.0.0.1:8080 takes 3 s for each of 50 requests a second, and forgets one of "
	         "fifty\n"
	         "  browsers       wait half a second\n",
	.expect = { .roots = { { "never-closed", "report-server" } },
	            .allowed = { "slow-handler" },
	            .growth_per_s = (double)PER_S / FORGETS_ONE_IN },
	.roles = { { "report-server", "--listen 127.0.0.1:8080", run_server },
	           { "browsers", "--to 127.0.0.1:8080", run_clients } },
	.make = make,
};
