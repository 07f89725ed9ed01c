/* The decoy's twin: here one of the leaked connections itself sits on the number that the server wants, and so the
 * leak is the cause. */
#include "lab/kit/kit.h"

enum { PORT = 34443, OLDEST_S = 8, PHASE_WIDE = 1 };

static void run_profile_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:8080", .answer_bytes = 800 });
}

/* The first two take the two ports that the range then has. */
static void run_fetch(struct role *r)
{
	for (int i = 0; i < 2; i++) {
		int fd = role_need(r, net_connect("127.0.0.1:8080"), "connect");
		net_fetch(fd);
		role_keep(r, fd, "close_wait");
	}
	role_ready(r);
	role_wait_phase(r, PHASE_WIDE);
	play_leak(r, "127.0.0.1:8080", (double)seed_pick(r->seed, "rate", 50, 200), 6000);
}

static void run_login(struct role *r)
{
	play_binder(r, "0.0.0.0:34443", true);
}

static int make(struct lab *lab)
{
	int error = lab_range(lab, PORT - 1, 2);

	if (!error)
		error = lab_start_each(lab, "profile-server", "fetch-profiles", NULL);
	if (!error)
		error = lab_range(lab, 32768, 28232);
	lab_phase(lab, PHASE_WIDE);
	if (!error)
		error = lab_start(lab, "login-service");
	if (!error)
		error = lab_until(lab, 10, lab_row(lab, "login-service")->failed >= 3);
	return error ? error : lab_until(lab, 30, lab_oldest_s(lab) > OLDEST_S);
}

const struct lab_fault lab_incident_twin = {
	.name = "incident-twin",
	.title = "a server cannot bind: a leaked connection sits on its port",
	.story = "  login-service   cannot bind its fixed port 34443, inside the range of local ports\n"
	         "  fetch-profiles  leaks connections to profile-server on 127.0.0.1:8080; one of them is on 34443\n",
	.expect = { .roots = { { "never-closed", "fetch-profiles", "state close-wait dport = :8080" } },
	            .effects = { { "port-taken", "never-closed" } },
	            .victims = { { "login-service", "bind", "EADDRINUSE" } } },
	.roles = { { "profile-server", "--listen 127.0.0.1:8080", run_profile_server },
	           { "fetch-profiles", "--from 127.0.0.1:8080", run_fetch },
	           { "login-service", "--listen 0.0.0.0:34443", run_login } },
	.make = make,
};
