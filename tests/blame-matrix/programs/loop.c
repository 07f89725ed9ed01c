/* A server whose one loop accepts for all its listeners and never closes. It sets up another listener every 200 ms, the
 * first by another function, and is its own impatient client, at the first and at the newest one.
 *	loop PORT COUNT [daemon]     the first port; of how many. daemon: it goes on in a child of its own */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { STEP_MS = 200, TAIL_MS = 600 };

static struct sockaddr_in at(int port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
		                     .sin_port = htons((unsigned short)port),
		                     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static int bound(int port)
{
	struct sockaddr_in a = at(port);
	int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)))
		exit(1);
	return fd;
}

__attribute__((noinline)) static int serve_first(int port)
{
	int fd = bound(port);

	if (listen(fd, 64)) /* here: serve_first */
		exit(1);
	return fd;
}

__attribute__((noinline)) static int serve_more(int port)
{
	int fd = bound(port);

	if (listen(fd, 128)) /* here: serve_more */
		exit(1);
	return fd;
}

static void watch(int ep, int fd)
{
	struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };

	epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
}

static void call(int port)
{
	struct sockaddr_in a = at(port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	connect(fd, (struct sockaddr *)&a, sizeof(a));
	close(fd);
}

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

__attribute__((noinline)) static void run(int ep, long until_ms)
{
	struct epoll_event e;

	for (long left; (left = until_ms - now_ms()) > 0;)
		if (epoll_wait(ep, &e, 1, (int)left) == 1)
			accept4(e.data.fd, NULL, NULL, SOCK_NONBLOCK); /* here: run */
}

int main(int argc, char **argv)
{
	int port = atoi(argv[1]), count = atoi(argv[2]), ep = epoll_create1(0);

	if (argc < 3)
		return 2;
	watch(ep, serve_first(port));
	if (argc > 3 && fork())
		return 0;
	for (int i = 1; i < count; i++) {
		call(port);
		watch(ep, serve_more(port + i));
		call(port + i);
		run(ep, now_ms() + STEP_MS);
	}
	run(ep, now_ms() + TAIL_MS);
	return 0;
}
