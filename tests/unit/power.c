/* What a filter lets pass, in children, since nothing takes it back. A build with a sanitizer has none. */
#include "unit.h"
#include "power/power.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { PASSED = 7 };

static int status_of(unsigned needs, const char *filter, bool (*play)(void))
{
	int status;
	pid_t child = fork();

	if (!child) {
		setenv("UNFIN_FILTER", filter, 1);
		power_drop(needs);
		if (power_seal(needs))
			_exit(1);
		_exit(play() ? PASSED : 2);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static bool dies(unsigned needs, bool (*play)(void))
{
	int status = status_of(needs, "", play);

	return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
}

static bool passes(unsigned needs, bool (*play)(void))
{
	int status = status_of(needs, "", play);

	return WIFEXITED(status) && WEXITSTATUS(status) == PASSED;
}

static bool run_another(void)
{
	char *const none[] = { NULL };

	execve("/bin/true", none, none);
	return true;
}

static bool trace_another(void)
{
	ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
	return true;
}

static bool open_inet(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static bool open_packet(void)
{
	socket(AF_PACKET, SOCK_RAW, 0);
	return true;
}

static bool open_netlink(void)
{
	return socket(AF_NETLINK, SOCK_RAW, 4) >= 0;
}

static bool open_file(void)
{
	return open("/proc/self/status", O_RDONLY) >= 0;
}

static bool open_refused(void)
{
	return open("/proc/self/status", O_RDONLY) < 0 && errno == ENOSYS;
}

static bool ask_unknown(void)
{
	return syscall(SYS_memfd_create, "x", 0) < 0 && errno == ENOSYS;
}

static bool listen_nowhere(void)
{
	return listen(-1, 1) < 0 && errno == EBADF;
}

static bool accept_nowhere(void)
{
	return accept(-1, NULL, NULL) < 0 && errno == EBADF && accept4(-1, NULL, NULL, 0) < 0 && errno == EBADF;
}

static bool listen_somewhere(void)
{
	return listen(0, 1) < 0;
}

static bool accept_somewhere(void)
{
	return accept4(0, NULL, NULL, 0) < 0;
}

static bool gain_rights(void)
{
	return !power_is_kept(0) && !power_is_kept(21);
}

static void what_no_command_does_is_deadly(void **state)
{
	const unsigned most = POWER_LOOK | POWER_ENTER | POWER_TRACK | POWER_KEEP;

	if (!power_filters())
		skip();
	assert_true(dies(most, run_another));
	assert_true(dies(most, trace_another));
	assert_true(dies(most, open_packet));
	assert_true(dies(most, open_inet));
	assert_true(dies(most, listen_somewhere));
	assert_true(dies(most, accept_somewhere));
	assert_true(dies(0, open_netlink) || passes(0, ask_unknown));
}

static void what_is_needed_passes(void **state)
{
	if (!power_filters())
		skip();
	assert_true(passes(POWER_LOOK, open_netlink));
	assert_true(passes(POWER_LOOK, open_file));
	assert_true(passes(POWER_LOOK, listen_nowhere)); /* trials: see trace/call_hooks.c */
	assert_true(passes(POWER_LOOK, accept_nowhere));
	assert_true(passes(POWER_PROBE, open_inet));
	assert_true(passes(POWER_ALL, open_inet));
}

static void what_is_not_needed_fails(void **state)
{
	if (!power_filters())
		skip();
	assert_true(passes(0, open_refused));
	assert_true(passes(POWER_LOOK, ask_unknown));
	assert_int_equal(WTERMSIG(status_of(POWER_LOOK, "kill", ask_unknown)), SIGSYS);
}

static void rights_are_gone(void **state)
{
	int status = status_of(POWER_OPEN, "", gain_rights);

	assert_true(WIFEXITED(status) && (WEXITSTATUS(status) == PASSED || !power_filters()));
}

UNIT_MAIN(TEST(what_no_command_does_is_deadly), TEST(what_is_needed_passes), TEST(what_is_not_needed_fails),
          TEST(rights_are_gone));
