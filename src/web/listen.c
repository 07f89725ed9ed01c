#include "listen.h"
#include "base/parse.h"
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

enum { BACKLOG = 4096, PATH_MODE = 0660 };

static int parse_port(const char *text, uint16_t *ret)
{
	uint64_t port;

	if (parse_u64(text, &port) || !port || port > UINT16_MAX)
		return -EINVAL;
	*ret = (uint16_t)port;
	return 0;
}

int listen_parse(const char *text, struct listen_address *ret)
{
	static const char localhost[] = "localhost:";

	*ret = (struct listen_address){ 0 };
	if (starts_with(text, "unix:")) {
		ret->path = text + strlen("unix:");
		return *ret->path == '/' && strlen(ret->path) < sizeof(((struct sockaddr_un *)0)->sun_path) ? 0
		                                                                                            : -EINVAL;
	}
	if (*text == ':')
		return addr_parse("::", &ret->endpoint.addr) ?: parse_port(text + 1, &ret->endpoint.port);
	if (starts_with(text, localhost))
		return addr_parse("127.0.0.1", &ret->endpoint.addr)
		               ?: parse_port(text + strlen(localhost), &ret->endpoint.port);
	return endpoint_parse(text, &ret->endpoint) || !ret->endpoint.port ? -EINVAL : 0;
}

bool listen_is_local(const struct listen_address *a)
{
	return a->path || addr_is_loopback(&a->endpoint.addr);
}

void listen_format(struct text *t, const struct listen_address *a)
{
	if (a->path)
		text_printf(t, "unix:%s", a->path);
	else
		endpoint_format(t, &a->endpoint);
}

static int open_port(const struct endpoint *e)
{
	bool v4 = addr_is_v4(&e->addr);
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(e->port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(e->port) };
	cleanup(cleanup_close) int fd = socket(v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const void *addr = v4 ? (const void *)&in : &in6;

	if (fd < 0)
		return -errno;
	memcpy(&in.sin_addr, e->addr.bytes + 12, sizeof(in.sin_addr));
	memcpy(&in6.sin6_addr, e->addr.bytes, sizeof(in6.sin6_addr));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int)); /* our own TIME-WAITs are in nobody's way */
	if (bind(fd, addr, v4 ? sizeof(in) : sizeof(in6)) || listen(fd, BACKLOG))
		return -errno;
	int open = fd;

	fd = -1;
	return open;
}

static struct sockaddr_un address_of(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	memcpy(un.sun_path, path, MIN(strlen(path), sizeof(un.sun_path) - 1));
	return un;
}

/* Does somebody answer there? */
static bool is_alive(const struct sockaddr_un *un)
{
	cleanup(cleanup_close) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	return fd >= 0 && (!connect(fd, (const void *)un, sizeof(*un)) || errno == EAGAIN);
}

static int open_path(const char *path)
{
	struct sockaddr_un un = address_of(path);
	cleanup(cleanup_close) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct stat st;

	if (fd < 0)
		return -errno;
	if (is_alive(&un))
		return -EADDRINUSE;
	if (!lstat(path, &st) && S_ISSOCK(st.st_mode))
		unlink(path);
	if (bind(fd, (const void *)&un, sizeof(un)) || chmod(path, PATH_MODE) || listen(fd, BACKLOG))
		return -errno;
	int open = fd;

	fd = -1;
	return open;
}

int listen_open(const struct listen_address *a, struct server_socket *ret)
{
	int fd = a->path ? open_path(a->path) : open_port(&a->endpoint);

	if (fd < 0)
		return fd;
	*ret = (struct server_socket){ fd, a->path != NULL };
	return 0;
}
