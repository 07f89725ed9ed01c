#include "child.h"
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

enum { PATIENCE_MS = 20 };

static void close_all_but(int one, int other)
{
	unsigned low = (unsigned)MIN(one, other), high = (unsigned)MAX(one, other);

	syscall(SYS_close_range, high + 1, ~0U, 0);
	if (high > low + 1)
		syscall(SYS_close_range, low + 1, high - 1, 0);
	if (low)
		syscall(SYS_close_range, 0, low - 1, 0);
}

void child_begin(int one, int other)
{
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	close_all_but(one, other);
}

void child_end_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
}

void child_end(pid_t child)
{
	const struct timespec step = { .tv_nsec = 1000000 };

	for (int ms = 0; waitpid(child, NULL, WNOHANG) == 0 && ms < PATIENCE_MS; ms++) {
		kill(child, SIGKILL);
		nanosleep(&step, NULL);
	}
}
