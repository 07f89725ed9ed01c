/* failing calls: makes each call fail that unfin counts, in each way that tells something of the process, and some that
 * are no failure. Prints its own account, a line for each: PROCESS CALL ERRNO COUNT. Wants nothing on ports 5000 to
 * 5099, and the range of automatic ports to be 40000 to 40003. failing loop COUNT: the processor's nanoseconds for a
 * connection that is opened, accepted and closed, and for a getppid(), by COUNT of each. failing wait: a connect() that
 * takes some seconds to fail: prints "waiting" before. */
#define _GNU_SOURCE /* accept4() */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum call { BIND, CONNECT, LISTEN, ACCEPT, SOCKET, CALLS };
enum { ERRORS = 134 };

static const char *const names[CALLS] = { "bind", "connect", "listen", "accept", "socket" };
static unsigned seen[CALLS][ERRORS];

/* Of these the call goes on, or comes again; of accept() and socket() only want of something is told. */
static int is_failure(enum call call, int error)
{
	switch (error) {
	case EINPROGRESS:
	case EALREADY:
	case EISCONN:
	case EAGAIN:
	case EINTR:
		return 0;
	case EMFILE:
		return 1;
	default:
		return call != ACCEPT && call != SOCKET;
	}
}

static int note(enum call call, int ret)
{
	if (ret < 0 && is_failure(call, errno))
		seen[call][errno]++;
	return ret;
}

static int make_socket(int family, int flags)
{
	return note(SOCKET, socket(family, SOCK_STREAM | flags, 0));
}

static int bind_to(int fd, const char *address, int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };

	inet_pton(AF_INET, address, &to.sin_addr);
	return note(BIND, bind(fd, (struct sockaddr *)&to, sizeof(to)));
}

static int connect_to(int fd, const char *address, int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };

	inet_pton(AF_INET, address, &to.sin_addr);
	return note(CONNECT, connect(fd, (struct sockaddr *)&to, sizeof(to)));
}

static int connect_to_v6(int fd, int port)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = in6addr_loopback };

	return note(CONNECT, connect(fd, (struct sockaddr *)&to, sizeof(to)));
}

static int bind_to_v6(int fd, int port)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = in6addr_loopback };

	return note(BIND, bind(fd, (struct sockaddr *)&to, sizeof(to)));
}

static void reuse(int fd)
{
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int));
}

static int make_listener(int port, int backlog)
{
	int fd = make_socket(AF_INET, 0);

	reuse(fd);
	bind_to(fd, "127.0.0.1", port);
	note(LISTEN, listen(fd, backlog));
	return fd;
}

static void fail_at_bind(void)
{
	int owner = make_listener(5000, 8), fd = make_socket(AF_INET, 0), v6 = make_socket(AF_INET6, 0),
	    other = make_socket(AF_INET6, 0);

	for (int i = 0; i < 3; i++)
		bind_to(fd, "127.0.0.1", 5000); /* EADDRINUSE */
	bind_to(fd, "192.0.2.1", 5001);         /* EADDRNOTAVAIL */
	bind_to_v6(v6, 5000);
	bind_to_v6(other, 5000);        /* EADDRINUSE */
	bind_to(fd, "127.0.0.1", 5001); /* it passes elsewhere */
	bind_to(fd, "127.0.0.1", 5002); /* EINVAL: it has an address */
	if (seteuid(1000) == 0)
		bind_to(other, "127.0.0.1", 80); /* an address of the wrong family, too: EINVAL */
	int low = make_socket(AF_INET, 0);
	bind_to(low, "127.0.0.1", 80); /* EACCES */
	bind_to(low, "127.0.0.1", 81);
	if (seteuid(0) != 0)
		exit(1);
	close(owner), close(fd), close(v6), close(other), close(low);
}

static void nothing(int number)
{
}

/* A queue that is full lets no SYN in: connect() waits. */
static void fill_queue(int port)
{
	make_listener(port, 0);
	int fd = make_socket(AF_INET, 0);
	connect_to(fd, "127.0.0.1", port);
}

static void fail_at_connect(void)
{
	int closed = make_socket(AF_INET, 0), v6 = make_socket(AF_INET6, 0), far = make_socket(AF_INET, 0),
	    slow = make_socket(AF_INET, SOCK_NONBLOCK), full = make_socket(AF_INET, 0), cut = make_socket(AF_INET, 0);
	struct itimerval soon = { .it_value.tv_usec = 300000 };

	for (int i = 0; i < 2; i++)
		connect_to(closed, "127.0.0.1", 5099); /* ECONNREFUSED */
	connect_to_v6(v6, 5099);                       /* the same */
	connect_to(far, "203.0.113.1", 80);            /* ENETUNREACH */
	connect_to(slow, "127.0.0.1", 5099);           /* EINPROGRESS is none */
	connect_to(slow, "127.0.0.1", 5099);           /* but what came of it: ECONNREFUSED */
	fill_queue(5010);
	connect_to(full, "127.0.0.1", 5010); /* ETIMEDOUT */
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = nothing }, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	connect_to(cut, "127.0.0.1", 5010); /* EINTR is none */
	close(closed), close(v6), close(far), close(slow), close(full), close(cut);
}

static void fail_for_ports(void)
{
	int listener = make_listener(5020, 64), fds[6];

	for (int i = 0; i < 6; i++) {
		fds[i] = make_socket(AF_INET, 0);
		connect_to(fds[i], "127.0.0.1", 5020); /* four have a port: EADDRNOTAVAIL twice */
	}
	connect_to(fds[0], "127.0.0.1", 5020); /* EISCONN is none */
	int first = make_socket(AF_INET, 0), second = make_socket(AF_INET, 0);
	reuse(first), reuse(second);
	bind_to(first, "127.0.0.1", 5021);
	connect_to(first, "127.0.0.1", 5020);
	bind_to(second, "127.0.0.1", 5021);
	connect_to(second, "127.0.0.1", 5020); /* these four numbers are taken: EADDRNOTAVAIL */
	for (int i = 0; i < 6; i++)
		close(fds[i]);
	close(first), close(second), close(listener);
}

static void fail_at_listen(void)
{
	int first = make_socket(AF_INET, 0), second = make_socket(AF_INET, 0);

	reuse(first), reuse(second);
	bind_to(first, "127.0.0.1", 5030);
	bind_to(second, "127.0.0.1", 5030);
	note(LISTEN, listen(first, 8));
	note(LISTEN, listen(second, 8)); /* EADDRINUSE */
	close(first), close(second);
}

static void fail_for_descriptors(void)
{
	int listener = make_listener(5040, 64), empty = make_listener(5041, 64), client = make_socket(AF_INET, 0);
	struct rlimit old, few = { 32, 32 };

	connect_to(client, "127.0.0.1", 5040);
	fcntl(empty, F_SETFL, O_NONBLOCK);
	note(ACCEPT, accept(empty, NULL, NULL)); /* EAGAIN is none */
	getrlimit(RLIMIT_NOFILE, &old);
	few.rlim_max = old.rlim_max;
	setrlimit(RLIMIT_NOFILE, &few);
	while (dup(listener) >= 0)
		continue;
	for (int i = 0; i < 2; i++)
		note(ACCEPT, accept4(listener, NULL, NULL, SOCK_CLOEXEC)); /* EMFILE */
	note(ACCEPT, (int)syscall(SYS_accept, listener, NULL, NULL));
	for (int i = 0; i < 5; i++)
		make_socket(AF_INET, 0);
	for (int fd = 3; fd < 32; fd++)
		close(fd);
	setrlimit(RLIMIT_NOFILE, &old);
}

static void tell_account(void)
{
	for (int call = 0; call < CALLS; call++)
		for (int error = 0; error < ERRORS; error++)
			if (seen[call][error])
				printf("%d %s %d %u\n", getpid(), names[call], error, seen[call][error]);
	fflush(stdout);
}

/* One that has ended when somebody asks. */
static void fail_in_child(void)
{
	pid_t child = fork();

	if (!child) {
		memset(seen, 0, sizeof(seen));
		fail_at_listen();
		int fd = make_socket(AF_INET, 0);
		connect_to(fd, "127.0.0.1", 5099);
		tell_account();
		_exit(0);
	}
	waitpid(child, NULL, 0);
}

static double used_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID,
	              &t); /* both ends, and what the kernel does for them, are this process's */
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void tell_loop(long count)
{
	int listener = make_listener(5050, 64);
	double began = used_ns();

	for (long i = 0; i < count; i++) {
		int client = make_socket(AF_INET, 0);
		/* The client's end goes with a reset: no port stays in TIME-WAIT. */
		setsockopt(client, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 }, sizeof(struct linger));
		if (connect_to(client, "127.0.0.1", 5050))
			exit(1);
		int server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		close(client);
		close(server);
	}
	double between = used_ns();
	for (long i = 0; i < count; i++)
		syscall(SYS_getppid);
	printf("%.0f %.1f\n", (between - began) / count, (used_ns() - between) / count);
}

static void wait_long(void)
{
	fill_queue(5010);
	puts("waiting");
	fflush(stdout);
	int fd = make_socket(AF_INET, 0);
	connect_to(fd, "127.0.0.1", 5010);
	tell_account();
}

int main(int count, char **words)
{
	const char *what = count > 1 ? words[1] : "";

	if (!strcmp(what, "loop") && count == 3) {
		tell_loop(atol(words[2]));
	} else if (!strcmp(what, "wait")) {
		wait_long();
	} else if (!strcmp(what, "calls")) {
		fail_in_child();
		fail_at_bind();
		fail_at_connect();
		fail_for_ports();
		fail_at_listen();
		fail_for_descriptors();
		tell_account();
		pause(); /* it lives until all has been counted */
	} else {
		return 2;
	}
	return 0;
}
