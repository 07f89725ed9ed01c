/* It looks like the incident, and is not: a leak of thousands in CLOSE_WAIT, and a server that cannot bind. But ports
 * are enough, and the server's fixed port is held by another listener. Two faults, two roots. */
#include "lab/kit/kit.h"

enum { OLDEST_S = 8 };

static unsigned leaked(uint64_t seed)
{
	return (unsigned)seed_pick(seed, "leaked", 1500, 3000);
}

static void run_profile_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:8080", .answer_bytes = 800 });
}

static void run_fetch(struct role *r)
{
	play_leak(r, "127.0.0.1:8080", leaked(r->seed) / 7.0, leaked(r->seed) * 3);
}

static void run_old(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:9443", .answer_bytes = 200, .idle_ms = SERVE_KEEPS });
}

static void run_login(struct role *r)
{
	play_binder(r, "0.0.0.0:9443", true);
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "profile-server", "fetch-profiles", "old-login", "login-service", NULL);

	if (!error)
		error = lab_until(lab, 10, lab_row(lab, "login-service")->failed >= 3);
	if (!error)
		error = lab_until(lab, 30, lab_row(lab, "fetch-profiles")->held >= leaked(lab->seed));
	return error ? error : lab_until(lab, 30, lab_oldest_s(lab) > OLDEST_S);
}

const struct lab_fault lab_incident_decoy = {
	.name = "incident-decoy",
	.title = "a leak, and a server that cannot bind: two faults, not one",
	.story = "  login-service   cannot bind its fixed port 9443: old-login still listens there\n"
	         "  old-login       should have been stopped when the new one came\n"
	         "  fetch-profiles  leaks thousands of connections to profile-server on 127.0.0.1:8080; ports are "
	         "enough\n",
	.expect = { .roots = { { "port-taken", "old-login" },
	                       { "never-closed", "fetch-profiles", "state close-wait dport = :8080" } },
	            .victims = { { "login-service", "bind", "EADDRINUSE" } } },
	.roles = { { "profile-server", "--listen 127.0.0.1:8080", run_profile_server },
	           { "fetch-profiles", "--from 127.0.0.1:8080", run_fetch },
	           { "old-login", "--listen 127.0.0.1:9443", run_old },
	           { "login-service", "--listen 0.0.0.0:9443", run_login } },
	.make = make,
};
