/* Documents go to the child as packets, so that each comes whole or not at all, and nobody waits for a slow command. */
#include "notifier.h"
#include "status.h"
#include "base/array.h"
#include "base/clock.h"
#include "base/log.h"
#include "power/power.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { TIME_MS = 10 * 1000, GRACE_MS = 2000, TICK_MS = 20, QUEUE_BYTES = 1 << 20 };

typedef ARRAY(char *) words; /* NULL at the end; the first owns all */

static void split(const char *command, words *ret)
{
	char *rest = memory_strdup(command), *word;

	while ((word = strsep(&rest, " \t")))
		if (*word || !ret->count)
			*array_push(ret) = word;
	array_push(ret);
}

/* The document fits into the pipe: nobody has to read it for us to go on. -EMSGSIZE where it does not. */
static int open_document(const char *bytes, size_t length)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	bool whole = write(ends[1], bytes, length) == (ssize_t)length;
	close(ends[1]);
	if (whole)
		return ends[0];
	close(ends[0]);
	return -EMSGSIZE;
}

static void become_command(char *const *argv, int document)
{
	cleanup(cleanup_close) int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	setpgid(0, 0);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	if (dup2(document, STDIN_FILENO) >= 0 && (null < 0 || dup2(null, STDOUT_FILENO) >= 0))
		execv(argv[0], argv);
	log_error("cannot run %s: %s", argv[0], strerror(errno));
	_exit(127);
}

static void add_status(struct text *why, int status)
{
	if (WIFSIGNALED(status))
		text_printf(why, "was ended by signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status))
		text_printf(why, "ended with status %d", WEXITSTATUS(status));
}

/* Who takes too long is ended with all that it had started. */
static void wait_command(pid_t pid, int fd, struct text *why)
{
	uint64_t end_ns = clock_monotonic_ns() + TIME_MS * NS_PER_MS;
	struct pollfd wait = { fd, 0, 0 }; /* POLLHUP: the agent ends */
	int status;

	for (uint64_t now_ns; (now_ns = clock_monotonic_ns()) < end_ns;) {
		if (waitpid(pid, &status, WNOHANG) == pid) {
			add_status(why, status);
			return;
		}
		if (poll(&wait, 1, TICK_MS) > 0) {
			wait.fd = -1;
			end_ns = MIN(end_ns, now_ns + GRACE_MS * NS_PER_MS);
		}
	}
	kill(-pid, SIGKILL);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	if (wait.fd < 0)
		text_printf(why, "was ended: it gets %d s when the agent ends", GRACE_MS / 1000);
	else
		text_printf(why, "was ended: it gets %d s", TIME_MS / 1000);
}

/* `why` stays empty where all is well. */
static void run_command(char *const *argv, const char *bytes, size_t length, int fd, struct text *why)
{
	int document = open_document(bytes, length);
	pid_t pid = document < 0 ? document : fork();

	if (!pid)
		become_command(argv, document);
	if (pid > 0)
		wait_command(pid, fd, why);
	else if (document == -EMSGSIZE)
		text_printf(why, "was not started: a pipe of this user has no room for the %zu bytes it is told",
		            length);
	else
		text_printf(why, "was not started: %s", strerror(document < 0 ? -document : errno));
	if (document >= 0)
		close(document);
}

/* What goes wrong again and again is told once. */
static void tell_one(char *const *argv, const char *bytes, size_t length, int fd, bool *failed)
{
	TEXT_CLEANUP why = { 0 };

	run_command(argv, bytes, length, fd, &why);
	if (why.length && !*failed)
		log_warning("%s, which is told of findings, %s", argv[0], why.bytes);
	*failed = why.length;
}

static void serve(int fd, const void *context)
{
	char *const *argv = context;
	char *bytes = memory_zeroed(NOTIFIER_BYTES);
	bool failed = false;
	ssize_t length;

	power_drop(0);
	while ((length = recv(fd, bytes, NOTIFIER_BYTES, 0)) > 0 || (length < 0 && errno == EINTR))
		if (length > 0)
			tell_one(argv, bytes, (size_t)length, fd, &failed);
}

static int refuse(const char *program, const char *why)
{
	log_error("--notify-command: %s %s", program, why);
	log_hint("like --notify-command '/usr/local/bin/page ops': a path and its arguments, split at blanks");
	return STATUS_USAGE;
}

static int check_program(const char *program)
{
	struct stat st;

	if (*program != '/')
		return refuse(program, "is no absolute path");
	if (stat(program, &st) || !S_ISREG(st.st_mode) || access(program, X_OK))
		return refuse(program, "is no program that can be run");
	return STATUS_OK;
}

static int start(struct notifier *n, char *const *argv)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return -errno;
	setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &(int){ QUEUE_BYTES }, sizeof(int));
	int err = attendant_start(&n->child, ends, serve, argv);
	if (!err) {
		n->tokens = NOTIFIER_BURST;
		n->counted_ns = clock_monotonic_ns();
	}
	return err;
}

int notifier_start(struct notifier *n, const char *command)
{
	words w = { 0 };
	char *const *argv;

	if (!command)
		return STATUS_OK;
	split(command, &w);
	argv = w.items;
	int status = check_program(argv[0]);
	int err = status == STATUS_OK ? start(n, argv) : 0;
	if (err)
		log_warning("nobody is told of findings: %s", strerror(-err));
	free(w.items[0]);
	array_free(&w);
	return status;
}

bool notifier_ready(struct notifier *n)
{
	uint64_t now_ns = clock_monotonic_ns();

	if (n->child.fd < 0)
		return false;
	n->tokens += (double)(now_ns - n->counted_ns) / NS_PER_S / NOTIFIER_EVERY_S;
	n->tokens = MIN(n->tokens, (double)NOTIFIER_BURST);
	n->counted_ns = now_ns;
	n->suppressed += n->tokens < 1;
	return n->tokens >= 1;
}

void notifier_tell(struct notifier *n, const struct text *document)
{
	bool told = document->length <= NOTIFIER_BYTES &&
	            send(n->child.fd, document->bytes, document->length, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;

	n->tokens -= 1;
	n->suppressed = told ? 0 : n->suppressed + 1;
}

void notifier_end(struct notifier *n)
{
	attendant_end(&n->child);
}
