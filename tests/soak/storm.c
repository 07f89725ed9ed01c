/* storm PROCESSES NAMESPACES COMMAND...: runs the command while so many processes and network namespaces a second come
 * and go, and ends all of them with it. What was reached is told on stderr.
 *
 * A process connects once and then calls itself s-PORT, by its own local port: so every holder that a look shows can
 * be held against its socket. Ten keepers, keep-0 to keep-9, hold KEPT connections each, all the time. To be run in a
 * network namespace of its own. */
#include "base/clock.h"
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

enum { SERVER_PORT = 7000, KEEPERS = 10, KEPT = 20, TICK_MS = 10, TICKS_PER_S = 100, ALIVE_MOST = 3000, STAY_MS = 20 };

struct storm {
	pid_t server, keepers[KEEPERS], command;
	uint64_t processes, namespaces, alive;
	int status; /* of the command; -1: it runs */
};

static struct sockaddr_in server_address(void)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
		                     .sin_port = htons(SERVER_PORT),
		                     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static pid_t child(void)
{
	pid_t pid = fork();

	if (!pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

/* Accepts and closes at the end of each connection, for ever. */
static void serve(int listener)
{
	int events = epoll_create1(0);
	struct epoll_event event = { .events = EPOLLIN, .data.fd = listener };

	prctl(PR_SET_NAME, "server");
	epoll_ctl(events, EPOLL_CTL_ADD, listener, &event);
	while (epoll_wait(events, &event, 1, -1) >= 0 || errno == EINTR) {
		if (event.data.fd != listener) {
			close(event.data.fd);
			continue;
		}
		int fd = accept(listener, NULL, NULL);
		struct epoll_event more = { .events = EPOLLIN | EPOLLRDHUP, .data.fd = fd };
		if (fd >= 0)
			epoll_ctl(events, EPOLL_CTL_ADD, fd, &more);
	}
	_exit(1);
}

static int connected(void)
{
	struct sockaddr_in to = server_address();
	struct linger reset = { .l_onoff = 1 }; /* no TIME_WAIT: the ports would end within the minute */
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	return connect(fd, (struct sockaddr *)&to, sizeof(to)) ? -1 : fd;
}

static void keep(int number, int ready)
{
	char name[16];

	snprintf(name, sizeof(name), "keep-%d", number);
	prctl(PR_SET_NAME, name);
	for (int i = 0; i < KEPT; i++)
		if (connected() < 0)
			_exit(1);
	if (write(ready, "+", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static void come_and_go(void)
{
	struct sockaddr_in own;
	socklen_t length = sizeof(own);
	char name[16];
	int fd = connected();

	if (fd < 0 || getsockname(fd, (struct sockaddr *)&own, &length))
		_exit(1);
	snprintf(name, sizeof(name), "s-%u", ntohs(own.sin_port));
	prctl(PR_SET_NAME, name);
	poll(NULL, 0, STAY_MS);
	_exit(0);
}

static void visit_namespace(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(SERVER_PORT) };

	if (unshare(CLONE_NEWNET))
		_exit(1);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(fd, (struct sockaddr *)&any, sizeof(any)) || listen(fd, 8))
		_exit(1);
	poll(NULL, 0, STAY_MS);
	_exit(0);
}

static void reap(struct storm *s)
{
	int status;

	for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
		if (pid == s->command)
			s->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		else
			s->alive--;
	}
}

static void make(struct storm *s, int how_many, void (*live)(void), uint64_t *count)
{
	for (int i = 0; i < how_many && s->alive < ALIVE_MOST; i++) {
		pid_t pid = child();
		if (!pid)
			live();
		s->alive += pid > 0;
		*count += pid > 0;
	}
}

/* So many of `per_s` are due at this tick, that a second has them all. */
static int due(int per_s, int tick)
{
	return per_s * (tick + 1) / TICKS_PER_S - per_s * tick / TICKS_PER_S;
}

static void blow(struct storm *s, int processes, int namespaces)
{
	uint64_t next_ns = clock_monotonic_ns();

	for (int tick = 0; s->status < 0; tick = (tick + 1) % TICKS_PER_S) {
		make(s, due(processes, tick), come_and_go, &s->processes);
		make(s, due(namespaces, tick), visit_namespace, &s->namespaces);
		next_ns += TICK_MS * NS_PER_MS;
		uint64_t now_ns = clock_monotonic_ns();
		if (now_ns > next_ns + NS_PER_S) /* it cannot keep up: what is missed stays missed */
			next_ns = now_ns;
		poll(NULL, 0, now_ns < next_ns ? (int)((next_ns - now_ns) / NS_PER_MS) : 0);
		reap(s);
	}
}

static int stand_up(struct storm *s)
{
	struct sockaddr_in at = server_address();
	int listener = socket(AF_INET, SOCK_STREAM, 0), ready[2];
	char plus;

	if (bind(listener, (struct sockaddr *)&at, sizeof(at)) || listen(listener, 4096) || pipe(ready))
		return -errno;
	s->server = child();
	if (!s->server)
		serve(listener);
	close(listener);
	for (int i = 0; i < KEEPERS; i++) {
		s->keepers[i] = child();
		if (!s->keepers[i])
			keep(i, ready[1]);
		if (read(ready[0], &plus, 1) != 1)
			return -ECHILD;
	}
	close(ready[0]);
	close(ready[1]);
	return 0;
}

int main(int argc, char **argv)
{
	struct storm s = { .status = -1 };
	int err = argc > 3 ? stand_up(&s) : -EINVAL;

	if (err) {
		fprintf(stderr, "storm: %s\n", strerror(-err));
		return 2;
	}
	s.command = child();
	if (!s.command) {
		execvp(argv[3], argv + 3);
		_exit(127);
	}
	uint64_t began_ns = clock_monotonic_ns();
	blow(&s, atoi(argv[1]), atoi(argv[2]));
	double seconds = (double)(clock_monotonic_ns() - began_ns) / NS_PER_S;
	fprintf(stderr, "storm: %.0f processes and %.0f namespaces a second, %.0f s\n", (double)s.processes / seconds,
	        (double)s.namespaces / seconds, seconds);
	kill(s.server, SIGKILL);
	for (int i = 0; i < KEEPERS; i++)
		kill(s.keepers[i], SIGKILL);
	return s.status;
}
