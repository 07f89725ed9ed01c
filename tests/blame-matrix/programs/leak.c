/* Opens connections and never closes them, from several places.   usage: leak PORT PER_SECOND
 * A line that opens one ends in its mark and NAME, the function that it stands in. */
#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define APART __attribute__((noinline))

static int port;

static void ask(int fd)
{
	char answer[256];

	if (write(fd, "GET / HTTP/1.1\r\n\r\n", 18) > 0)
		while (read(fd, answer, sizeof(answer)) > 0)
			;
}

static int try_connect(int fd)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port) };

	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	return connect(fd, (struct sockaddr *)&to, sizeof(to));
}

APART int fetch_profile(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port) };

	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to))) /* here: fetch_profile */
		abort();
	ask(fd);
	return fd;
}

/* A large frame between the system call and the rest. */
APART int fetch_deep(int depth)
{
	char room[2000];

	memset(room, depth, sizeof(room));
	__asm__ volatile("" : : "r"(room) : "memory");
	if (depth)
		return fetch_deep(depth - 1) + room[0] - depth;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port) };
	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to))) /* here: fetch_deep */
		abort();
	ask(fd);
	return fd;
}

static void *run_thread(void *unused)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port) };

	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to))) /* here: run_thread */
		abort();
	ask(fd);
	return unused;
}

static inline __attribute__((always_inline)) int connect_inlined(int fd, const struct sockaddr_in *to)
{
	return connect(fd, (const struct sockaddr *)to, sizeof(*to)); /* here: connect_inlined */
}

APART int fetch_inlined(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port) };

	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	if (connect_inlined(fd, &to))
		abort();
	ask(fd);
	return fd;
}

/* Inlined in what is inlined itself. */
static inline __attribute__((always_inline)) int connect_twice(int fd, const struct sockaddr_in *to)
{
	int failed = connect(fd, (const struct sockaddr *)to, sizeof(*to)); /* here: connect_twice */

	return failed ? -1 : fd;
}

static inline __attribute__((always_inline)) int connect_through(int fd, const struct sockaddr_in *to)
{
	return connect_twice(fd, to);
}

APART int fetch_through(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port) };

	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	if (connect_through(fd, &to) < 0)
		abort();
	ask(fd);
	return fd;
}

/* A frame whose size nobody knows beforehand. */
APART int fetch_sized(size_t bytes)
{
	char room[bytes];

	memset(room, 0, bytes);
	__asm__ volatile("" : : "r"(room) : "memory");
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port) };
	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to))) /* here: fetch_sized */
		abort();
	ask(fd);
	return fd + room[0];
}

/* Called back by a library. */
static int compare(const void *a, const void *b)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port) };

	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to))) /* here: compare */
		abort();
	ask(fd);
	return *(const int *)a - *(const int *)b;
}

/* On top of a frame that the kernel made. */
static void on_signal(int number)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port) };

	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to))) /* here: on_signal */
		abort();
	ask(fd);
}

/* The clean twin: what it opens, it closes. */
APART void fetch_and_close(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (try_connect(fd))
		abort();
	ask(fd);
	close(fd);
}

int main(int argc, char **argv)
{
	unsigned pause_us = argc > 2 ? 1000000 / (unsigned)atoi(argv[2]) : 50000;
	pthread_t thread;

	port = argc > 1 ? atoi(argv[1]) : 0;
	signal(SIGUSR1, on_signal);
	for (;;) {
		fetch_profile();
		fetch_deep(3);
		fetch_inlined();
		fetch_through();
		fetch_sized(3000);
		qsort((int[]){ 2, 1 }, 2, sizeof(int), compare);
		raise(SIGUSR1);
		fetch_and_close();
		if (!pthread_create(&thread, NULL, run_thread, NULL))
			pthread_join(thread, NULL);
		usleep(pause_us);
	}
}
