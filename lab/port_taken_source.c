/* Two clients are told the same source port. bind() lets both have it, for both set SO_REUSEADDR; the second one's
 * connect() to the same server would be the same connection, and is refused for ever. */
#include "lab/kit/kit.h"

static void run_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:5060", .answer_bytes = 100, .idle_ms = SERVE_KEEPS });
}

static int call_from_fixed_port(struct role *r)
{
	struct sockaddr_storage to;
	struct endpoint e;
	int fd = role_need(r, net_bind("127.0.0.1:15060"), "bind");

	if (endpoint_parse("127.0.0.1:5060", &e))
		role_fail(r, -EINVAL, "address");
	if (!connect(fd, (struct sockaddr *)&to, net_sockaddr(&e, &to)))
		return fd;
	int error = -errno;
	close(fd);
	return error;
}

static void run_first(struct role *r)
{
	int fd = role_need(r, call_from_fixed_port(r), "connect");

	net_fetch(fd);
	role_keep(r, fd, "established");
	role_ready(r);
	role_rest();
}

static void run_second(struct role *r)
{
	struct pace pace = pace_per_s(r, (double)seed_pick(r->seed, "calls", 3, 8));

	role_ready(r);
	while (pace_wait(&pace)) {
		int fd = call_from_fixed_port(r);
		if (fd >= 0)
			net_reset(fd);
		else
			role_failed(r, "connect", fd);
	}
	role_rest();
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "pbx", "phone-one", "phone-two", NULL);

	return error ? error : lab_until(lab, 10, lab_row(lab, "phone-two")->failed >= 3);
}

const struct lab_fault lab_port_taken_source = {
	.name = "port-taken-source",
	.title = "a client cannot connect: it chose a source port that is in use to the same server",
	.story = "  phone-one  is connected to pbx on 127.0.0.1:5060, from port 15060 as it is configured\n"
	         "  phone-two  is configured for source port 15060, too: EADDRNOTAVAIL\n",
	.expect = { .watched = true,
	            .roots = { { "port-taken", "phone-two" } },
	            .victims = { { "phone-two", "connect", "EADDRNOTAVAIL" } },
	            .innocent = { "pbx" } },
	.roles = { { "pbx", "--listen 127.0.0.1:5060", run_server },
	           { "phone-one", "--local-port 15060", run_first },
	           { "phone-two", "--local-port 15060", run_second } },
	.make = make,
};
