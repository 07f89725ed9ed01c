/* The child waits for three things: that we end, which closes the gate; a word through it; and that the program ends.
 * What it says of an end depends on the status: who was told that its arguments are wrong has nothing to hope for from
 * another start; who could not do its work, as a port is taken, is tried again without its words, which would be the
 * same. */
#include "keeper.h"
#include "status.h"
#include "base/clock.h"
#include "base/format.h"
#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { GRACE_MS = 3000, STEADY_MS = 60 * 1000, CAME_UP_MS = 3000, TICK_MS = 200 };
static const uint64_t FOREVER_MS = 1ULL << 40;

enum gate { GATE_RESTS, GATE_AGAIN, GATE_CLOSED };

struct keeping {
	const struct keeper_plan *plan;
	int gate_fd;
	pid_t pid;
	int held_fd; /* the other end of its stdin */
	int pidfd;   /* -1: before Linux 5.3, then it is asked for every now and then */
	uint64_t began_ns, pause_ms;
	bool unable; /* it could not do its work the last time, and said why */
	int status;  /* as waitpid() has it */
};

static void become_program(const struct keeping *k, int in)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	dup2(in, STDIN_FILENO);
	if (null >= 0)
		dup2(null, STDOUT_FILENO);
	if (null >= 0 && k->unable)
		dup2(null, STDERR_FILENO);
	execv(k->plan->path, k->plan->argv);
	log_error("cannot run %s: %s", k->plan->path, strerror(errno));
	_exit(STATUS_USAGE);
}

static bool start(struct keeping *k)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return false;
	k->began_ns = clock_monotonic_ns();
	k->pid = fork();
	if (!k->pid)
		become_program(k, ends[0]);
	close(ends[0]);
	k->held_fd = ends[1];
	if (k->pid < 0) {
		cleanup_close(&k->held_fd);
		return false;
	}
	k->pidfd = (int)syscall(SYS_pidfd_open, k->pid, 0);
	if (k->pidfd >= 0)
		fcntl(k->pidfd, F_SETFD, FD_CLOEXEC);
	return true;
}

static bool has_ended(struct keeping *k)
{
	return waitpid(k->pid, &k->status, WNOHANG) == k->pid;
}

/* True: it has ended; false: the time is over, or the gate was closed before. */
static bool wait_end(struct keeping *k, uint64_t most_ms, int gate_fd)
{
	uint64_t end_ns = clock_monotonic_ns() + most_ms * NS_PER_MS;
	struct pollfd wait[] = { { k->pidfd, POLLIN, 0 }, { gate_fd, POLLIN, 0 } };

	while (!has_ended(k)) {
		uint64_t now_ns = clock_monotonic_ns(), left_ms = now_ns < end_ns ? (end_ns - now_ns) / NS_PER_MS : 0;
		if (!left_ms || wait[1].revents)
			return false;
		poll(wait, 2, (int)MIN(left_ms, (uint64_t)(k->pidfd < 0 ? TICK_MS : STEADY_MS)));
	}
	return true;
}

static bool gate_moves(const struct keeping *k, uint64_t within_ms)
{
	struct pollfd wait = { k->gate_fd, POLLIN, 0 };
	int got;

	do
		got = poll(&wait, 1, (int)within_ms);
	while (got < 0 && errno == EINTR);
	return got > 0;
}

/* Nothing within that time, a word to start it again, or the end. */
static enum gate gate_says(const struct keeping *k, uint64_t within_ms)
{
	char word;

	if (!gate_moves(k, within_ms))
		return GATE_RESTS;
	return read(k->gate_fd, &word, sizeof(word)) > 0 ? GATE_AGAIN : GATE_CLOSED;
}

static void end_program(struct keeping *k)
{
	cleanup_close(&k->held_fd);
	if (wait_end(k, GRACE_MS, -1) || (!kill(k->pid, SIGKILL) && wait_end(k, GRACE_MS, -1)))
		return;
	log_warning("%s, pid %d, does not end", k->plan->what, k->pid);
}

static void tell_end(const struct keeping *k)
{
	TEXT_CLEANUP t = { 0 }, pause = { 0 };

	format_duration(&pause, k->pause_ms);
	if (WIFSIGNALED(k->status))
		text_printf(&t, "signal %d", WTERMSIG(k->status));
	else
		text_printf(&t, "exit status %d", WEXITSTATUS(k->status));
	log_warning("%s ended (%s); it is started again in %s", k->plan->what, t.bytes, pause.bytes);
}

/* It works at last. */
static void greet(struct keeping *k)
{
	if (k->unable && !gate_moves(k, 0))
		log_warning("%s is there now", k->plan->what);
	k->unable = false;
}

/* Is there any use in another start? */
static bool judge_end(struct keeping *k)
{
	int status = WIFEXITED(k->status) ? WEXITSTATUS(k->status) : -1;

	if (clock_monotonic_ns() - k->began_ns >= STEADY_MS * NS_PER_MS)
		k->pause_ms = k->plan->pause_ms;
	if (status == STATUS_USAGE)
		log_warning("it goes on without %s", k->plan->what);
	else if (status != STATUS_UNABLE)
		tell_end(k);
	else if (!k->unable)
		log_warning("it goes on without %s, and tries again now and then", k->plan->what);
	k->unable = status == STATUS_UNABLE;
	return status != STATUS_USAGE;
}

/* Not after one that could not begin: it may be another's. */
static void tidy(const struct keeping *k)
{
	bool began = !WIFEXITED(k->status) || WEXITSTATUS(k->status) == STATUS_OK;

	if (k->plan->leaves && began)
		unlink(k->plan->leaves);
}

/* One life of the program. False: nothing is left to keep. */
static bool keep_once(struct keeping *k)
{
	if (!start(k))
		return gate_says(k, k->pause_ms) != GATE_CLOSED;
	bool ended = wait_end(k, CAME_UP_MS, k->gate_fd);
	if (!ended) {
		greet(k);
		ended = wait_end(k, FOREVER_MS, k->gate_fd);
	}
	if (!ended)
		end_program(k);
	cleanup_close(&k->held_fd);
	cleanup_close(&k->pidfd);
	tidy(k);
	if (!ended)
		return gate_says(k, 0) == GATE_AGAIN;
	if (!judge_end(k) || gate_says(k, k->pause_ms) == GATE_CLOSED)
		return false;
	k->pause_ms = MIN(k->pause_ms * 2, k->plan->pause_most_ms);
	return true;
}

static void keep(int gate_fd, const void *plan)
{
	struct keeping k = { .plan = plan, .gate_fd = gate_fd, .held_fd = -1, .pidfd = -1 };

	k.pause_ms = k.plan->pause_ms;
	while (keep_once(&k))
		;
}

int keeper_start(struct attendant *keeper, const struct keeper_plan *plan)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return -errno;
	return attendant_start(keeper, ends, keep, plan);
}

/* One that has ended for good hears nothing. */
void keeper_again(const struct attendant *keeper)
{
	if (keeper->fd >= 0)
		(void)!send(keeper->fd, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}
