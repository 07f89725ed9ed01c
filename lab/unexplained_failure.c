/* bind() that no socket stands in the way of: port 80 wants a privilege that the server does not have. unfin does not
 * judge rights; but the failure was seen, and is told. */
#include "lab/kit/kit.h"
#include <sys/prctl.h>
#include <signal.h>

enum { NOBODY = 65534 };

/* A change of user forgets whose end to die with. */
static void run_blog(struct role *r)
{
	if (setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY))
		role_fail(r, -errno, "setresuid");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	play_binder(r, "127.0.0.1:80", true);
}

static int make(struct lab *lab)
{
	int error = lab_sysctl(lab, "net.ipv4.ip_unprivileged_port_start", "1024");

	if (!error)
		error = lab_start(lab, "blog");
	return error ? error : lab_until(lab, 10, lab_row(lab, "blog")->failed >= 3);
}

const struct lab_fault lab_unexplained_failure = {
	.name = "unexplained-failure",
	.title = "a server cannot bind its port, and no socket is in the way: it has no right to it",
	.story = "  blog  runs as user nobody and wants 127.0.0.1:80: EACCES\n",
	.expect = { .watched = true,
	            .roots = { { "unexplained-failure", "blog", .says = "ip_unprivileged_port_start" } },
	            .victims = { { "blog", "bind", "EACCES" } } },
	.roles = { { "blog", "--listen 127.0.0.1:80", run_blog } },
	.make = make,
};
