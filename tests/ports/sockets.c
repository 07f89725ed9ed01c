/* Sockets for the populations: thin and without surprises. */
#include "population.h"
#include <errno.h>
#include <netinet/in.h>

void give_up(const char *what)
{
	fprintf(stderr, "ports-property: %s: %s\n", what, strerror(errno));
	exit(2);
}

int socket_new(int family)
{
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		give_up("socket");
	return fd;
}

void socket_option(int fd, int level, int name, int value)
{
	if (setsockopt(fd, level, name, &value, sizeof(value)))
		give_up("setsockopt");
}

socklen_t socket_name(const struct endpoint *e, struct sockaddr_storage *ret)
{
	*ret = (struct sockaddr_storage){ .ss_family = e->addr.v6 ? AF_INET6 : AF_INET };
	if (e->addr.v6) {
		struct sockaddr_in6 *six = (struct sockaddr_in6 *)ret;
		six->sin6_port = htons(e->port);
		memcpy(&six->sin6_addr, e->addr.bytes, 16);
		return sizeof(*six);
	}
	struct sockaddr_in *four = (struct sockaddr_in *)ret;
	four->sin_port = htons(e->port);
	memcpy(&four->sin_addr, e->addr.bytes + 12, 4);
	return sizeof(*four);
}

struct endpoint socket_local(int fd)
{
	struct sockaddr_storage name = { 0 };
	socklen_t length = sizeof(name);
	struct endpoint e = { 0 };

	if (getsockname(fd, (struct sockaddr *)&name, &length))
		give_up("getsockname");
	if (name.ss_family == AF_INET6) {
		struct sockaddr_in6 *six = (struct sockaddr_in6 *)&name;
		e.addr = addr_v6(six->sin6_addr.s6_addr);
		e.port = ntohs(six->sin6_port);
	} else {
		struct sockaddr_in *four = (struct sockaddr_in *)&name;
		e.addr = addr_v4(four->sin_addr.s_addr);
		e.port = ntohs(four->sin_port);
	}
	return e;
}

int socket_bind(int fd, const struct addr *a, uint16_t port)
{
	struct endpoint e = { .addr = *a, .port = port };
	struct sockaddr_storage name;
	socklen_t length = socket_name(&e, &name);

	return bind(fd, (struct sockaddr *)&name, length) ? -errno : 0;
}

int socket_connect(int fd, const struct endpoint *to)
{
	struct sockaddr_storage name;
	socklen_t length = socket_name(to, &name);

	return connect(fd, (struct sockaddr *)&name, length) && errno != EINPROGRESS ? -errno : 0;
}

void socket_abort(int fd)
{
	struct linger now = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
}
