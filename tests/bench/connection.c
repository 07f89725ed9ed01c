#include "connection.h"
#include "base/clock.h"
#include <arpa/inet.h>

static void need(bool fine, const char *what)
{
	if (fine)
		return;
	perror(what);
	exit(1);
}

struct loop loop_open(void)
{
	struct loop l = { .at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f090901) } };
	struct linger reset = { .l_onoff = 1 }; /* what is accepted has it from the listener */
	socklen_t size = sizeof(l.at);

	l.listener = socket(AF_INET, SOCK_STREAM, 0);
	need(!setsockopt(l.listener, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)), "SO_LINGER");
	need(!bind(l.listener, (struct sockaddr *)&l.at, size) && !listen(l.listener, 128), "listen");
	need(!getsockname(l.listener, (struct sockaddr *)&l.at, &size), "getsockname");
	return l;
}

uint64_t loop_connect_ns(const struct loop *l)
{
	int client = socket(AF_INET, SOCK_STREAM, 0);
	uint64_t began_ns = clock_monotonic_ns();

	need(!connect(client, (const struct sockaddr *)&l->at, sizeof(l->at)), "connect");
	uint64_t took_ns = clock_monotonic_ns() - began_ns;
	close(client);
	int server = accept(l->listener, NULL, NULL);
	need(server >= 0, "accept");
	close(server);
	return took_ns;
}
