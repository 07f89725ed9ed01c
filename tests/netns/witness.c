/* Opens, accepts and closes connections in every way that a kernel's watcher may take for another's deed, and writes
 * down who did what: a line `opened COOKIE PID TID` each, and so for accepted and closed; `null null` where nobody did
 * who had a descriptor.
 *
 * witness COUNT LEDGER            ends then
 * witness COUNT LEDGER --stay     holds some connections until it is killed; LEDGER.done says that it is so far
 * witness COUNT LEDGER --looked   a process looks at its descriptors all the time, and drops some last references */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SERVERS = 3, BATCH = 25, THREADS = 4 };

static int ledger;
static struct sockaddr_in server = { .sin_family = AF_INET };

static void must(int ok, const char *what)
{
	if (!ok) {
		fprintf(stderr, "witness: %s: %s\n", what, strerror(errno));
		_exit(1);
	}
}

static uint64_t cookie_of(int fd)
{
	uint64_t cookie = 0;
	socklen_t size = sizeof(cookie);

	must(!getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &size), "SO_COOKIE");
	return cookie;
}

static void note(const char *what, uint64_t cookie)
{
	char line[96];
	int length =
	        snprintf(line, sizeof(line), "%s %llu %d %d\n", what, (unsigned long long)cookie, getpid(), gettid());

	must(write(ledger, line, (size_t)length) == length, "ledger");
}

static void finish(int fd)
{
	note("closed", cookie_of(fd));
	close(fd);
}

/* 'n': it closes now, 'w': it waits until the client has. */
static void serve(int listener)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		char word = 0, rest[64];
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		must(fd >= 0, "accept");
		note("accepted", cookie_of(fd));
		must(read(fd, &word, 1) == 1, "word");
		while (word == 'w' && read(fd, rest, sizeof(rest)) > 0)
			;
		finish(fd);
	}
}

enum { LOOKED_LOW = 3, LOOKED_HIGH = 7 };

/* A read of /proc/PID/fdinfo/N holds the file of that descriptor for as long as it takes. */
static void look(const pid_t *pids, int count)
{
	int fds[SERVERS + 1][LOOKED_HIGH + 1] = { 0 };
	char text[4096];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "looker");
	for (unsigned long i = 0;; i++)
		for (int n = LOOKED_LOW; n <= LOOKED_HIGH; n++) {
			int *fd = &fds[i % count][n];
			snprintf(text, sizeof(text), "/proc/%d/fdinfo/%d", pids[i % count], n);
			if (*fd <= 0)
				*fd = open(text, O_RDONLY | O_CLOEXEC);
			if (*fd > 0 && pread(*fd, text, sizeof(text), 0) < 0 && errno != ENOENT && errno != ESRCH)
				_exit(1);
		}
}

static int open_socket(int flags)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);

	must(fd >= 0, "socket");
	return fd;
}

static int open_plain(char word)
{
	int fd = open_socket(0);

	must(!connect(fd, (struct sockaddr *)&server, sizeof(server)), "connect");
	note("opened", cookie_of(fd));
	must(write(fd, &word, 1) == 1, "write");
	return fd;
}

static void plain(void)
{
	finish(open_plain('w'));
}

static void peer_first(void)
{
	char rest;
	int fd = open_plain('n');

	must(read(fd, &rest, 1) == 0, "end");
	finish(fd);
}

static void non_blocking(void)
{
	int fd = open_socket(SOCK_NONBLOCK), error;
	socklen_t size = sizeof(error);

	must(connect(fd, (struct sockaddr *)&server, sizeof(server)) == 0 || errno == EINPROGRESS, "connect");
	must(poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, 10000) == 1, "poll");
	must(!getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) && !error, "connected");
	note("opened", cookie_of(fd));
	must(write(fd, "w", 1) == 1, "write");
	finish(fd);
}

static void fast_open(void)
{
	int fd = open_socket(0);

	must(sendto(fd, "w", 1, MSG_FASTOPEN, (struct sockaddr *)&server, sizeof(server)) == 1, "fast open");
	note("opened", cookie_of(fd));
	finish(fd);
}

static void *close_all(void *fds)
{
	for (int i = 0; i < BATCH; i++)
		finish(((int *)fds)[i]);
	return NULL;
}

static void *open_all(void *fds)
{
	for (int i = 0; i < BATCH; i++)
		((int *)fds)[i] = open_plain('n');
	return NULL;
}

/* Threads open, others close. */
static void threads(void)
{
	int fds[THREADS][BATCH];
	pthread_t all[THREADS];

	for (int i = 0; i < THREADS; i++)
		must(!pthread_create(&all[i], NULL, open_all, fds[i]), "thread");
	for (int i = 0; i < THREADS; i++)
		pthread_join(all[i], NULL);
	for (int i = 0; i < THREADS; i++)
		must(!pthread_create(&all[i], NULL, close_all, fds[i]), "thread");
	for (int i = 0; i < THREADS; i++)
		pthread_join(all[i], NULL);
}

static void end_of(pid_t child)
{
	int status;

	must(waitpid(child, &status, 0) == child && status == 0, "child");
}

/* A child has them, too, and closes last: by close(), or by its end. */
static void inherited(int by_end)
{
	int fds[BATCH], gate[2];
	char go;

	open_all(fds);
	must(!pipe(gate), "pipe");
	pid_t child = fork();
	must(child >= 0, "fork");
	if (!child) {
		must(read(gate[0], &go, 1) == 1, "gate");
		for (int i = 0; i < BATCH && by_end; i++)
			note("closed", cookie_of(fds[i]));
		if (!by_end)
			close_all(fds);
		_exit(0);
	}
	for (int i = 0; i < BATCH; i++)
		close(fds[i]);
	must(write(gate[1], "", 1) == 1, "gate");
	close(gate[0]);
	close(gate[1]);
	end_of(child);
}

static void hand_on(int to, int *fds)
{
	char word = 0, space[CMSG_SPACE(BATCH * sizeof(*fds))] = { 0 };
	struct iovec data = { &word, 1 };
	struct msghdr message = {
		.msg_iov = &data, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof(space)
	};

	*CMSG_FIRSTHDR(&message) = (struct cmsghdr){ .cmsg_len = CMSG_LEN(BATCH * sizeof(*fds)),
		                                     .cmsg_level = SOL_SOCKET,
		                                     .cmsg_type = SCM_RIGHTS };
	memcpy(CMSG_DATA(CMSG_FIRSTHDR(&message)), fds, BATCH * sizeof(*fds));
	must(sendmsg(to, &message, 0) == 1, "send");
	for (int i = 0; i < BATCH; i++)
		close(fds[i]);
}

/* Handed on by SCM_RIGHTS: who gets it closes it. */
static void handed_on(void)
{
	int fds[BATCH], ends[2];
	char word = 0, space[CMSG_SPACE(sizeof(fds))] = { 0 };
	struct iovec data = { &word, 1 };
	struct msghdr message = {
		.msg_iov = &data, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof(space)
	};

	must(!socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "pair");
	pid_t child = fork();
	must(child >= 0, "fork");
	if (!child) {
		must(recvmsg(ends[1], &message, 0) == 1, "receive");
		memcpy(fds, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fds));
		must(read(ends[1], &word, 1) == 1, "go");
		close_all(fds);
		_exit(0);
	}
	open_all(fds);
	hand_on(ends[0], fds);
	must(write(ends[0], "", 1) == 1, "go");
	close(ends[0]);
	close(ends[1]);
	end_of(child);
}

/* Sent to a process that has no room for it: its recvmsg() ends them, and it never had one. */
static void dropped(void)
{
	int fds[BATCH], ends[2], gate[2];
	char word, line[96];
	struct iovec data = { &word, 1 };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };

	must(!socketpair(AF_UNIX, SOCK_STREAM, 0, ends) && !pipe(gate), "pair");
	pid_t child = fork();
	must(child >= 0, "fork");
	if (!child) {
		must(read(gate[0], &word, 1) == 1, "gate");
		must(recvmsg(ends[1], &message, 0) == 1, "receive");
		_exit(0);
	}
	open_all(fds);
	for (int i = 0; i < BATCH; i++) {
		int length =
		        snprintf(line, sizeof(line), "closed %llu null null\n", (unsigned long long)cookie_of(fds[i]));
		must(write(ledger, line, (size_t)length) == length, "ledger");
	}
	hand_on(ends[0], fds);
	must(write(gate[1], "", 1) == 1, "gate");
	end_of(child);
	for (int i = 0; i < 2; i++) {
		close(ends[i]);
		close(gate[i]);
	}
}

static int play(int round)
{
	switch (round % 9) {
	case 0:
		inherited(0);
		return BATCH;
	case 1:
		inherited(1);
		return BATCH;
	case 2:
		handed_on();
		return BATCH;
	case 3:
		threads();
		return THREADS * BATCH;
	case 8:
		dropped();
		return BATCH;
	}
	void (*const one[])(void) = { plain, peer_first, non_blocking, fast_open };
	for (int i = 0; i < BATCH; i++)
		one[round % 4]();
	return BATCH;
}

static void stay(const char *path)
{
	char name[4096];

	for (int i = 0; i < BATCH; i++)
		open_plain('n');
	usleep(200000);
	snprintf(name, sizeof(name), "%s.done", path);
	must(open(name, O_WRONLY | O_CREAT, 0600) >= 0, "done");
	for (;;)
		pause();
}

int main(int count, char **args)
{
	socklen_t size = sizeof(server);
	int listener = socket(AF_INET, SOCK_STREAM, 0), left = count > 2 ? atoi(args[1]) : 0;
	bool stays = count > 3 && !strcmp(args[3], "--stay"), looked = count > 3 && !stays;
	pid_t all[SERVERS + 1] = { [SERVERS] = getpid() }, *servers = all, looker = 0;

	ledger = open(count > 2 ? args[2] : "", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	must(ledger >= 0 && listener >= 0, "begin");
	server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(!bind(listener, (struct sockaddr *)&server, sizeof(server)) && !listen(listener, 1024), "listen");
	must(!getsockname(listener, (struct sockaddr *)&server, &size), "name");
	setsockopt(listener, IPPROTO_TCP, TCP_FASTOPEN, &(int){ 1024 }, sizeof(int));
	for (int i = 0; i < SERVERS; i++)
		if (!(servers[i] = fork()))
			serve(listener);
	if (looked && !(looker = fork()))
		look(all, SERVERS + 1);
	close(listener);
	for (int round = 0; left > 0; round++)
		left -= play(round);
	if (stays)
		stay(args[2]);
	usleep(200000); /* the last answers; nothing depends on it but how many servers' closes are compared */
	for (int i = 0; i < SERVERS; i++) {
		kill(servers[i], SIGKILL);
		waitpid(servers[i], NULL, 0);
	}
	if (looked) {
		must(!waitpid(looker, NULL, WNOHANG), "looker");
		kill(looker, SIGKILL);
		waitpid(looker, NULL, 0);
	}
	return 0;
}
