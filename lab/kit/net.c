#include "lab/kit/net.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>

static const char request_text[] = "GET / HTTP/1.1\r\nHost: lab\r\n\r\n";

socklen_t net_sockaddr(const struct endpoint *e, struct sockaddr_storage *ret)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)ret;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret;

	memset(ret, 0, sizeof(*ret));
	if (e->addr.v6) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(e->port);
		memcpy(&v6->sin6_addr, e->addr.bytes, sizeof(v6->sin6_addr));
		return sizeof(*v6);
	}
	v4->sin_family = AF_INET;
	v4->sin_port = htons(e->port);
	memcpy(&v4->sin_addr, e->addr.bytes + 12, sizeof(v4->sin_addr));
	return sizeof(*v4);
}

struct endpoint net_endpoint(const struct sockaddr_storage *address)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;

	if (address->ss_family == AF_INET6)
		return (struct endpoint){ addr_v6(v6->sin6_addr.s6_addr), ntohs(v6->sin6_port) };
	return (struct endpoint){ addr_v4(v4->sin_addr.s_addr), ntohs(v4->sin_port) };
}

int net_ends(int fd, struct endpoint *ret_local, struct endpoint *ret_peer)
{
	struct sockaddr_storage local = { 0 }, peer = { 0 };
	socklen_t local_length = sizeof(local), peer_length = sizeof(peer);

	if (getsockname(fd, (struct sockaddr *)&local, &local_length))
		return -errno;
	if (getpeername(fd, (struct sockaddr *)&peer, &peer_length)) {
		if (errno != ENOTCONN)
			return -errno;
		memset(&peer, 0, sizeof(peer));
		peer.ss_family = local.ss_family;
	}
	*ret_local = net_endpoint(&local);
	*ret_peer = net_endpoint(&peer);
	return 0;
}

/* The address ready for the kernel, and a socket of its family. */
static int socket_for(const char *text, struct sockaddr_storage *ret, socklen_t *ret_length)
{
	struct endpoint e;
	int error = endpoint_parse(text, &e);

	if (error)
		return error;
	*ret_length = net_sockaddr(&e, ret);
	int fd = socket(ret->ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return fd < 0 ? -errno : fd;
}

static int bind_with(int option, const char *address)
{
	struct sockaddr_storage at;
	socklen_t length = 0;
	int fd = socket_for(address, &at, &length);

	if (fd < 0)
		return fd;
	setsockopt(fd, SOL_SOCKET, option, &(int){ 1 }, sizeof(int));
	if (!bind(fd, (struct sockaddr *)&at, length))
		return fd;
	int error = -errno;
	close(fd);
	return error;
}

static int listen_with(int option, const char *address, int backlog)
{
	int fd = bind_with(option, address);

	if (fd < 0 || !listen(fd, backlog))
		return fd;
	int error = -errno;
	close(fd);
	return error;
}

int net_bind(const char *address)
{
	return bind_with(SO_REUSEADDR, address);
}

int net_listen(const char *address, int backlog)
{
	return listen_with(SO_REUSEADDR, address, backlog);
}

int net_listen_shared(const char *address, int backlog)
{
	return listen_with(SO_REUSEPORT, address, backlog);
}

static int bind_to(int fd, const char *source)
{
	struct sockaddr_storage from;
	struct endpoint e;
	int error = endpoint_parse(source, &e);

	return error ? error : bind(fd, (struct sockaddr *)&from, net_sockaddr(&e, &from)) ? -errno : 0;
}

int net_connect_from(const char *source, const char *peer)
{
	struct sockaddr_storage to;
	socklen_t length = 0;
	int fd = socket_for(peer, &to, &length);

	if (fd < 0)
		return fd;
	int error = source ? bind_to(fd, source) : 0;
	if (!error && connect(fd, (struct sockaddr *)&to, length))
		error = -errno;
	if (!error)
		return fd;
	close(fd);
	return error;
}

int net_connect(const char *peer)
{
	return net_connect_from(NULL, peer);
}

int net_ask(int fd)
{
	ssize_t n = send(fd, request_text, sizeof(request_text) - 1, MSG_NOSIGNAL);

	return n < 0 ? -errno : 0;
}

int net_answer(int fd, size_t body_bytes)
{
	char head[64], body[1024];
	int length = snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %06zu\r\n\r\n", body_bytes);

	memset(body, '.', sizeof(body));
	if (send(fd, head, (size_t)length, MSG_NOSIGNAL | (body_bytes ? MSG_MORE : 0)) < 0)
		return -errno;
	for (size_t rest = body_bytes, part; rest; rest -= part) {
		part = MIN(rest, sizeof(body));
		if (send(fd, body, part, MSG_NOSIGNAL | (rest > part ? MSG_MORE : 0)) < 0)
			return -errno;
	}
	return 0;
}

/* The head has a fixed length, thanks to the padded number. */
int net_read_answer(int fd)
{
	enum { HEAD = sizeof("HTTP/1.1 200 OK\r\nContent-Length: 000000\r\n\r\n") - 1 };
	char head[HEAD + 1] = "", body[1024];

	ssize_t n = recv(fd, head, HEAD, MSG_WAITALL);
	if (n < HEAD)
		return n < 0 ? -errno : -EPIPE;
	for (size_t rest = strtoul(strrchr(head, ' '), NULL, 10); rest; rest -= (size_t)n) {
		n = recv(fd, body, MIN(rest, sizeof(body)), 0);
		if (n <= 0)
			return n < 0 ? -errno : -EPIPE;
	}
	return 0;
}

int net_fetch(int fd)
{
	int error = net_ask(fd);

	return error ? error : net_read_answer(fd);
}

void net_reset(int fd)
{
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){ .l_onoff = 1 }, sizeof(struct linger));
	close(fd);
}
