#include "watch_child.h"
#include "base/clock.h"
#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

enum { END_MS = 3000, TICK_MS = 10 };

/* Who does not open the gate has ended before. */
static void run(const struct watch_child *c, int gate, char **argv)
{
	char go;

	if (read(gate, &go, 1) != 1 || (c->talks_aside && dup2(STDERR_FILENO, STDOUT_FILENO) < 0))
		_exit(0);
	execvp(argv[0], argv);
	log_error("cannot run %s: %s", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

int watch_child_start(struct watch_child *c, char **argv)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	c->status = -1;
	c->gate = ends[1];
	c->pid = fork();
	if (!c->pid) {
		close(ends[1]);
		run(c, ends[0], argv);
	}
	close(ends[0]);
	return c->pid < 0 ? -errno : 0;
}

void watch_child_go(struct watch_child *c)
{
	while (write(c->gate, "", 1) < 0 && errno == EINTR)
		;
}

bool watch_child_ended(struct watch_child *c)
{
	int status;

	if (c->pid > 0 && c->status < 0 && waitpid(c->pid, &status, WNOHANG) == c->pid)
		c->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	return c->pid > 0 && c->status >= 0;
}

/* Until we have waited for it, its number is nobody else's. */
static bool ends_by(struct watch_child *c, int signal)
{
	uint64_t until_ns = clock_monotonic_ns() + END_MS * NS_PER_MS;

	kill(c->pid, signal);
	while (!watch_child_ended(c) && clock_monotonic_ns() < until_ns)
		(void)poll(NULL, 0, TICK_MS);
	return watch_child_ended(c);
}

void watch_child_end(struct watch_child *c)
{
	if (c->pid <= 0)
		return;
	cleanup_close(&c->gate);
	if (!watch_child_ended(c) && !ends_by(c, SIGTERM) && !ends_by(c, SIGKILL)) {
		log_warning("the command does not end, even when it is killed: process %d is left behind", c->pid);
		c->status = 128 + SIGKILL;
	}
	c->pid = 0;
}
