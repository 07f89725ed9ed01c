/* Nothing is wrong: a process that has all the descriptors it needs lowers its limit below what it has, so that whoever
 * breaks into it can open nothing. sshd does that for each login. Seven of one is no exhaustion. */
#include "lab/kit/kit.h"
#include <sys/resource.h>

enum { MOST = 8, NEEDED = 5 };

static unsigned count_of(uint64_t seed)
{
	return (unsigned)seed_pick(seed, "count", 2, MOST);
}

/* Its descriptors are open before the limit comes down; it waits for a password that is long in coming. */
static void log_in(struct role *r, int fd)
{
	char password[64];

	for (unsigned i = 0; i < NEEDED; i++)
		role_need(r, dup(fd), "dup");
	setrlimit(RLIMIT_NOFILE, &(struct rlimit){ .rlim_cur = 1, .rlim_max = 1 });
	while (recv(fd, password, sizeof(password), 0) > 0)
		;
	_exit(0);
}

static void run_server(struct role *r)
{
	int listener = role_need(r, net_listen("127.0.0.1:2222", 16), "listen"), fd;

	role_ready(r);
	for (;;) {
		play_accept(r, listener, &fd, 1);
		if (!role_fork(r, "login-net"))
			log_in(r, fd);
		close(fd);
		r->row->closed++;
	}
}

static void run_people(struct role *r)
{
	for (unsigned i = 0; i < count_of(r->seed); i++)
		net_ask(role_need(r, net_connect("127.0.0.1:2222"), "connect"));
	role_ready(r);
	role_rest();
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "login-server", "people", NULL);

	return error ? error : lab_until(lab, 10, lab_row(lab, "login-server")->closed == count_of(lab->seed));
}

const struct lab_fault lab_healthy_fd_sandbox = {
	.name = "healthy-fd-sandbox",
	.title = "nothing wrong: a sandbox with more descriptors than its own limit",
	.story =
	        "  login-server  forks for each login on 127.0.0.1:2222; the child lowers its RLIMIT_NOFILE to 1, and\n"
	        "                needs no more than it has\n"
	        "  people        look at the password prompt\n",
	.expect = { .healthy = true },
	.roles = { { "login-server", "--listen 127.0.0.1:2222", run_server },
	           { "people", "--to 127.0.0.1:2222", run_people } },
	.make = make,
};
