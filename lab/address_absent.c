/* Two addresses that are not there: IPv6 is switched off on lo, and a proxy's upstream is written as [::1]; a server is
 * configured for a virtual address that another host has at the moment. Both get EADDRNOTAVAIL, with all ports free. */
#include "lab/kit/kit.h"

static void run_backend(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:9100", .answer_bytes = 200, .idle_ms = SERVE_KEEPS });
}

static void run_proxy(struct role *r)
{
	play_short(r, "[::1]:9100", (double)seed_pick(r->seed, "proxy rate", 3, 10));
}

static void run_server(struct role *r)
{
	play_binder(r, "192.0.2.7:443", true);
}

static int make(struct lab *lab)
{
	int error = lab_sysctl(lab, "net.ipv6.conf.lo.disable_ipv6", "1");

	if (!error)
		error = lab_start_each(lab, "backend", "web-proxy", "vip-server", NULL);
	return error ? error
	             : lab_until(lab, 10,
	                         lab_row(lab, "web-proxy")->failed >= 3 && lab_row(lab, "vip-server")->failed >= 3);
}

const struct lab_fault lab_address_absent = {
	.name = "address-absent",
	.title = "a connect() without a source address, a bind() to an address of another host",
	.story = "  web-proxy   connects to its backend at [::1]:9100, but IPv6 is off on lo: EADDRNOTAVAIL\n"
	         "  backend     listens on 127.0.0.1:9100\n"
	         "  vip-server  cannot bind 192.0.2.7:443: another host has that address at the moment\n",
	.expect = { .watched = true,
	            .roots = { { "address-absent", "web-proxy" }, { "address-absent", "vip-server" } },
	            .victims = { { "web-proxy", "connect", "EADDRNOTAVAIL" },
	                         { "vip-server", "bind", "EADDRNOTAVAIL" } },
	            .innocent = { "backend" } },
	.roles = { { "backend", "--listen 127.0.0.1:9100", run_backend },
	           { "web-proxy", "--upstream [::1]:9100", run_proxy },
	           { "vip-server", "--listen 192.0.2.7:443", run_server } },
	.make = make,
};
