/* Hosts that lead to each other: a namespace each, and a cable to the one that routes for it. */
#include "lab/kit/hosts.h"
#include "lab/kit/cable.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define UPLINK "eth0"

static int namespace_here(void)
{
	int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* The namespace of a router by its name; NULL is where we are. */
static int enter(const struct lab *lab, const char *name)
{
	return name && setns(lab_host_find(lab, name), CLONE_NEWNET) ? -errno : 0;
}

static int namespace_new(int home)
{
	int error = namespace_enter_new(), fd = error ? error : namespace_here();

	if (setns(home, CLONE_NEWNET))
		return -errno;
	return fd;
}

static int connect_host(struct lab *lab, const char *name, const char *address, const char *router,
                        const char *router_address)
{
	int far_fd = lab_host_find(lab, name), error = enter(lab, router);

	if (!error)
		error = cable_add(name, UPLINK, far_fd);
	if (!error)
		error = cable_up(name, router_address);
	if (!error)
		error = setns(far_fd, CLONE_NEWNET) ? -errno : cable_up(UPLINK, address);
	return error ? error : cable_route("0.0.0.0", "0.0.0.0", router_address);
}

int lab_host(struct lab *lab, const char *name, const char *address, const char *router, const char *router_address)
{
	cleanup(cleanup_close) int home = namespace_here();
	int fd = lab->host_count == LAB_HOSTS ? -E2BIG : home < 0 ? home : namespace_new(home);

	if (fd < 0)
		return lab_failed(name, fd);
	lab->hosts[lab->host_count].name = name;
	lab->hosts[lab->host_count++].fd = fd;
	int error = connect_host(lab, name, address, router, router_address);
	if (setns(home, CLONE_NEWNET))
		error = -errno;
	return error ? lab_failed(name, error) : 0;
}

/* nft is the one program that the lab does not bring. */
static int nft_run(const char *rules)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		execlp("nft", "nft", rules, NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return status ? -ENOENT : 0;
}

int lab_host_routes(struct lab *lab, const char *name, const char *rules)
{
	cleanup(cleanup_close) int home = namespace_here();
	int error = home < 0 ? home : enter(lab, name);

	if (!error)
		error = sysctl_write("net.ipv4.ip_forward", "1");
	if (!error && rules)
		error = nft_run(rules);
	if (home >= 0 && setns(home, CLONE_NEWNET))
		error = -errno;
	return error ? lab_failed("a host that passes on (nft)", error) : 0;
}

static void unfin_exec(int netns, const char *name, const char *const *arguments)
{
	const char *argv[16] = { "unfin" };
	size_t argc = 1;
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (setns(netns, CLONE_NEWNET) || unshare(CLONE_NEWUTS) || sethostname(name, strlen(name)))
		_exit(1);
	while (*arguments && argc + 1 < ARRAY_SIZE(argv))
		argv[argc++] = *arguments++;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setenv("UNFIN_NETNS", "self", 1);
	dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
	execv("/proc/self/exe", (char *const *)argv);
	_exit(127);
}

int lab_host_unfin(struct lab *lab, const char *name, const char *const *arguments)
{
	int netns = lab_host_find(lab, name), status = -1;

	fflush(NULL);
	pid_t pid = fork();
	if (pid < 0)
		return lab_failed("fork", -errno);
	if (!pid)
		unfin_exec(netns, name, arguments);
	waitpid(pid, &status, 0);
	return status ? lab_failed(name, -ECHILD) : 0;
}
