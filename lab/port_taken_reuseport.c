/* Both set SO_REUSEPORT, and it does not help: the kernel lets only processes of one user share a port, so that
 * nobody can steal another's connections. */
#include "lab/kit/kit.h"
#include <sys/prctl.h>
#include <signal.h>

enum { NOBODY = 65534 };

static int reuseport_bind(void)
{
	struct sockaddr_storage at;
	struct endpoint e;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	endpoint_parse("127.0.0.1:8080", &e);
	setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &(int){ 1 }, sizeof(int));
	if (!bind(fd, (struct sockaddr *)&at, net_sockaddr(&e, &at)))
		return fd;
	int error = -errno;
	close(fd);
	return error;
}

/* A change of user forgets whose end to die with. */
static void run_first(struct role *r)
{
	if (setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY))
		role_fail(r, -errno, "setresuid");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	listen(role_need(r, reuseport_bind(), "bind"), 16);
	role_ready(r);
	role_rest();
}

static void run_second(struct role *r)
{
	struct pace pace = pace_per_s(r, 4);

	role_ready(r);
	while (pace_wait(&pace)) {
		int fd = reuseport_bind();
		if (fd >= 0)
			close(fd);
		else
			role_failed(r, "bind", fd);
	}
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "worker-nobody", "worker-root", NULL);

	return error ? error : lab_until(lab, 10, lab_row(lab, "worker-root")->failed >= 3);
}

const struct lab_fault lab_port_taken_reuseport = {
	.name = "port-taken-reuseport",
	.title = "a server cannot share its port: SO_REUSEPORT is for one user only",
	.story = "  worker-nobody  listens on 127.0.0.1:8080 as user nobody, with SO_REUSEPORT\n"
	         "  worker-root    sets SO_REUSEPORT as well, runs as root, and cannot bind\n",
	.expect = { .roots = { { "port-taken", "worker-nobody" } },
	            .victims = { { "worker-root", "bind", "EADDRINUSE" } } },
	.roles = { { "worker-nobody", "--listen 127.0.0.1:8080", run_first },
	           { "worker-root", "--listen 127.0.0.1:8080", run_second } },
	.make = make,
};
