/* What runs inside the containers, and beside them: one static program that plays both ends of a connection.
 *
 *   guest wait                 does nothing: a pod's sandbox
 *   guest answer PORT          reads a request, answers, closes first: an HTTP/1.0 server
 *   guest keep PORT            answers whatever comes and closes only after its peer: a server with keep-alive
 *   guest leak HOST PORT N     N requests, each read to its end; closes none
 *   guest idle HOST PORT N     N requests that are answered, then N idle connections: a healthy pool */
#include <arpa/inet.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS_MOST = 1024, BACKLOG = 128, RETRY_US = 50000, TRIES = 200 };

static struct sockaddr_in address(const char *host, const char *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)) };

	inet_pton(AF_INET, host, &a.sin_addr);
	return a;
}

static void must(bool fine, const char *what)
{
	if (fine)
		return;
	perror(what);
	exit(1);
}

static int server_open(const char *port)
{
	struct sockaddr_in a = address("0.0.0.0", port);
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	must(!bind(fd, (struct sockaddr *)&a, sizeof(a)) && !listen(fd, BACKLOG), "listen");
	return fd;
}

/* False: the peer has finished. */
static bool answer_once(int fd)
{
	char request[512];

	return read(fd, request, sizeof(request)) > 0 && write(fd, "ok\n", 3) == 3;
}

static void serve(const char *port, bool keep)
{
	static struct pollfd p[CONNECTIONS_MOST];
	nfds_t n = 1;

	p[0] = (struct pollfd){ .fd = server_open(port), .events = POLLIN };
	while (poll(p, n, -1) > 0) {
		if (p[0].revents && n < CONNECTIONS_MOST)
			p[n++] = (struct pollfd){ .fd = accept(p[0].fd, NULL, NULL), .events = POLLIN };
		for (nfds_t i = 1; i < n; i++) {
			if (!p[i].revents || (answer_once(p[i].fd) && keep))
				continue;
			close(p[i].fd);
			p[i--] = p[--n];
		}
	}
}

/* The server may not listen yet. */
static int client_open(const struct sockaddr_in *to)
{
	for (int tries = 0; tries < TRIES; tries++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		if (!connect(fd, (const struct sockaddr *)to, sizeof(*to)))
			return fd;
		close(fd);
		usleep(RETRY_US);
	}
	must(false, "connect");
	return -1;
}

/* Stays open. */
static void ask(const struct sockaddr_in *to, bool to_the_end)
{
	char response[512];
	int fd = client_open(to);

	must(write(fd, "GET / HTTP/1.0\r\n\r\n", 18) == 18 && read(fd, response, sizeof(response)) > 0, "request");
	while (to_the_end && read(fd, response, sizeof(response)) > 0)
		;
}

int main(int argc, char **argv)
{
	const char *role = argc > 1 ? argv[1] : "";
	bool leak = !strcmp(role, "leak");

	if (argc == 3 && (!strcmp(role, "answer") || !strcmp(role, "keep")))
		serve(argv[2], !strcmp(role, "keep"));
	if (argc == 5 && (leak || !strcmp(role, "idle"))) {
		struct sockaddr_in to = address(argv[2], argv[3]);
		for (int i = 0; i < atoi(argv[4]); i++)
			ask(&to, leak);
	} else if (strcmp(role, "wait")) {
		return 2;
	}
	while (true)
		pause();
}
