#include "probe.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

int probe_open(struct probe *p, const struct moment *m)
{
	int err = doors_open(&p->doors);

	if (err)
		return err;
	array_each (&m->netns, n)
		if (n->member_pid)
			doors_add_task(&p->doors, n->inode, n->member_pid, n->member_pid);
	doors_find_mounts(&p->doors);
	return 0;
}

void probe_close(struct probe *p)
{
	doors_leave(&p->doors);
	doors_close(&p->doors);
}

int probe_enter(struct probe *p, const struct netns *n)
{
	return doors_enter(&p->doors, n->inode);
}

union name {
	struct sockaddr any;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
};

static socklen_t name_of(const struct addr *a, uint16_t port, union name *ret)
{
	*ret = (union name){ .any.sa_family = a->v6 ? AF_INET6 : AF_INET };
	if (a->v6) {
		ret->six.sin6_port = htons(port);
		memcpy(&ret->six.sin6_addr, a->bytes, 16);
		return sizeof(ret->six);
	}
	ret->four.sin_port = htons(port);
	memcpy(&ret->four.sin_addr, a->bytes + 12, 4);
	return sizeof(ret->four);
}

static int name_back(int fd, struct addr *ret, uint16_t *ret_port)
{
	union name name;
	socklen_t length = sizeof(name);

	if (getsockname(fd, &name.any, &length))
		return -errno;
	bool six = name.any.sa_family == AF_INET6;
	*ret = six ? addr_v6(name.six.sin6_addr.s6_addr) : addr_v4(name.four.sin_addr.s_addr);
	*ret_port = ntohs(six ? name.six.sin6_port : name.four.sin_port);
	return 0;
}

static int option(int fd, int level, int name)
{
	static const int on = 1;

	return setsockopt(fd, level, name, &on, sizeof(on)) ? -errno : 0;
}

static int socket_for(const struct addr *a, int type)
{
	int fd = socket(a->v6 ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	return fd < 0 ? -errno : fd;
}

/* What the call came to: a lack of ports, or of the address, is an answer, any other failure is none. */
static int answer(int fd, int err, struct port_probe *ret)
{
	struct port_probe probe = { .done = true, .granted = !err, .error = err };
	struct addr local;

	if (err && err != EADDRINUSE && err != EADDRNOTAVAIL)
		return -err;
	if (!err)
		name_back(fd, &local, &probe.port);
	*ret = probe;
	return 0;
}

static int set_options(int fd, const struct port_asker *asker)
{
	int err = 0;

	if (asker->v6only)
		err = option(fd, IPPROTO_IPV6, IPV6_V6ONLY);
	if (!err && asker->reuseaddr)
		err = option(fd, SOL_SOCKET, SO_REUSEADDR);
	if (!err && asker->reuseport)
		err = option(fd, SOL_SOCKET, SO_REUSEPORT);
	return err;
}

int probe_bind(const struct port_asker *asker, uint16_t port, struct port_probe *ret)
{
	cleanup(cleanup_close) int fd = socket_for(&asker->local, SOCK_STREAM);
	union name name;
	int err = fd < 0 ? fd : set_options(fd, asker);

	if (err)
		return err;
	socklen_t length = name_of(&asker->local, port, &name);
	err = bind(fd, &name.any, length) ? errno : 0;
	return answer(fd, err, ret);
}

int probe_connect(const struct addr *source, const struct endpoint *destination, struct port_probe *ret)
{
	struct addr from = *source;
	cleanup(cleanup_close) int fd = socket_for(&destination->addr, SOCK_STREAM);
	union name name;
	int err = fd < 0 ? fd : option(fd, IPPROTO_TCP, TCP_REPAIR);

	if (!err)
		err = option(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
	if (err)
		return err;
	from.v6 = destination->addr.v6; /* a mapped address has two spellings */
	socklen_t length = name_of(&from, 0, &name);
	if (bind(fd, &name.any, length))
		return answer(fd, errno, ret);
	length = name_of(&destination->addr, destination->port, &name);
	err = connect(fd, &name.any, length) ? errno : 0;
	return answer(fd, err, ret);
}

int probe_route(const struct endpoint *destination, struct addr *ret)
{
	cleanup(cleanup_close) int fd = socket_for(&destination->addr, SOCK_DGRAM);
	union name name;
	uint16_t port;

	if (fd < 0)
		return fd;
	socklen_t length = name_of(&destination->addr, destination->port, &name);
	if (connect(fd, &name.any, length))
		return -errno;
	return name_back(fd, ret, &port);
}
