/* What a namespace's ports may be full of. */
#include "population.h"
#include "netns.h"
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>

static const char *const addresses[] = { "127.0.0.1", "127.0.0.2", "10.77.0.1",        "10.77.0.2",        "::1",
	                                 "fd77::1",   "fd77::2",   "::ffff:127.0.0.1", "::ffff:10.77.0.1", "0.0.0.0",
	                                 "::" };
enum { WILDCARDS = 2 };

/* The last two swallow every SYN; behind the one before them nobody accepts. */
static const char *const destinations[DESTINATIONS] = { "127.0.0.1:7001", "10.77.0.1:7002", "[::1]:7003",
	                                                "[fd77::1]:7004", "127.0.0.1:7005", "10.88.0.1:9",
	                                                "[fd88::1]:9" };
enum { ACCEPTING = 4, LISTENING = 5 };

/* splitmix64: enough for tests, and every seed is as good as another. */
static uint64_t chance_next(struct chance *c)
{
	uint64_t z = c->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

uint32_t chance_below(struct chance *c, uint32_t n)
{
	return (uint32_t)(chance_next(c) % n);
}

bool chance_of(struct chance *c, unsigned percent)
{
	return chance_below(c, 100) < percent;
}

struct endpoint population_destination(unsigned i)
{
	struct endpoint e;

	if (endpoint_parse(destinations[i], &e))
		give_up(destinations[i]);
	return e;
}

struct addr population_address(struct chance *c, bool with_wildcards)
{
	struct addr a;
	uint32_t count = ARRAY_SIZE(addresses) - (with_wildcards ? 0 : WILDCARDS);

	if (addr_parse(addresses[chance_below(c, count)], &a))
		give_up("address");
	return a;
}

static void tell(struct population *p, const char *what, int fd)
{
	struct endpoint e = socket_local(fd);

	text_printf(&p->story, "  %s ", what);
	endpoint_format(&p->story, &e);
	text_add_char(&p->story, '\n');
}

static int keep(struct population *p, const char *what, int fd)
{
	*array_push(&p->sockets) = fd;
	tell(p, what, fd);
	return fd;
}

static uint16_t port_in_range(struct population *p)
{
	return (uint16_t)(p->first + chance_below(&p->chance, p->last - p->first + 1u));
}

static void some_options(struct population *p, int fd, bool v6)
{
	if (chance_of(&p->chance, 30))
		socket_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (chance_of(&p->chance, 20))
		socket_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	if (v6 && chance_of(&p->chance, 40))
		socket_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
}

/* A socket bound by its program; -1 if the kernel refuses, which is as well. */
static int make_bound(struct population *p)
{
	struct addr a = population_address(&p->chance, true);
	int fd = socket_new(a.v6 ? AF_INET6 : AF_INET);
	uint16_t port = chance_of(&p->chance, 70) ? port_in_range(p) : 0;

	some_options(p, fd, a.v6);
	if (socket_bind(fd, &a, port)) {
		close(fd);
		return -1;
	}
	return keep(p, port ? "bind" : "bind(0)", fd);
}

static void make_bound_alone(struct population *p)
{
	make_bound(p);
}

/* What becomes of a connection. */
static void end_one_way(struct population *p, int client, int server)
{
	static const char *const ways[] = {
		"both stay",     "server closes",     "both close, client first", "client closes",
		"server resets", "client shuts down", "both close, server first", "client resets"
	};
	unsigned way = chance_below(&p->chance, ARRAY_SIZE(ways));

	text_printf(&p->story, "    %s\n", ways[way]);
	if (way == 4)
		socket_abort(server);
	else if (way == 1 || way == 6)
		close(server);
	if (way == 7)
		socket_abort(client);
	else if (way == 2 || way == 3 || way == 6)
		close(client);
	if (way == 5)
		shutdown(client, SHUT_WR);
	if (way == 2)
		close(server);
	if (way == 0 || way == 1 || way == 4 || way == 5)
		*array_push(&p->sockets) = client;
	if (way == 0 || way == 3 || way == 5 || way == 7)
		*array_push(&p->sockets) = server;
}

static int accept_from(int listener)
{
	struct pollfd ready = { .fd = listener, .events = POLLIN };

	if (poll(&ready, 1, 100) != 1)
		return -1;
	return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

enum how { PLAIN, BOUND_ZERO, BOUND_PORT, BOUND_NO_PORT, ON_DEVICE, HOWS };

/* The client's end, or -1 if no port was to be had. */
static int make_client(struct population *p, const struct endpoint *to, enum how how)
{
	static const char *const names[HOWS] = { "connect", "bind(0) connect", "bind connect", "no-port connect",
		                                 "device connect" };
	int fd = socket_new(to->addr.v6 ? AF_INET6 : AF_INET), err = 0;
	struct addr from;

	do
		from = population_address(&p->chance, false);
	while (from.v6 != to->addr.v6 || addr_is_v4(&from) != addr_is_v4(&to->addr));
	if (how == BOUND_NO_PORT)
		socket_option(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
	if (how == ON_DEVICE && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3))
		give_up("SO_BINDTODEVICE");
	some_options(p, fd, false);
	if (how == BOUND_ZERO || how == BOUND_PORT || how == BOUND_NO_PORT)
		err = socket_bind(fd, &from, how == BOUND_PORT ? port_in_range(p) : 0);
	if (!err)
		err = socket_connect(fd, to);
	if (err) {
		close(fd);
		return -1;
	}
	tell(p, names[how], fd);
	text_add(&p->story, "    to ");
	endpoint_format(&p->story, to);
	text_add_char(&p->story, '\n');
	return fd;
}

static struct endpoint mapped(struct endpoint e)
{
	e.addr.v6 = 1;
	return e;
}

static void make_connection(struct population *p)
{
	unsigned i = chance_below(&p->chance, DESTINATIONS);
	struct endpoint to = population_destination(i);
	enum how how = chance_of(&p->chance, 60) ? PLAIN : chance_below(&p->chance, HOWS);

	if (chance_of(&p->chance, 20))
		to = mapped(to);
	int client = make_client(p, &to, how);
	int server = client >= 0 && i < ACCEPTING ? accept_from(p->listeners[i]) : -1;
	if (server >= 0)
		end_one_way(p, client, server);
	else if (client >= 0)
		*array_push(&p->sockets) = client;
}

/* A server on a port of the range, with children, whose listener may be gone. */
static void make_server(struct population *p)
{
	int listener = make_bound(p);

	if (listener < 0 || listen(listener, 64))
		return;
	text_add(&p->story, "    listens\n");
	struct endpoint to = socket_local(listener);
	if (addr_is_any(&to.addr) && addr_parse(to.addr.v6 ? "::1" : "127.0.0.1", &to.addr))
		give_up("address");
	for (uint32_t children = chance_below(&p->chance, 4); children; children--) {
		int client = make_client(p, &to, PLAIN);
		int server = client >= 0 && chance_of(&p->chance, 60) ? accept_from(listener) : -1;
		if (server >= 0)
			end_one_way(p, client, server);
		else if (client >= 0)
			*array_push(&p->sockets) = client;
	}
	if (chance_of(&p->chance, 30)) {
		text_add(&p->story, "    the listener goes\n");
		shutdown(listener, SHUT_RDWR);
	}
}

/* A number that connect() chose and bind() took as well, on another address; one of the two may go. */
static void make_shared_number(struct population *p)
{
	struct endpoint to = population_destination(0);
	struct addr other;
	int client = make_client(p, &to, PLAIN), fd = socket_new(AF_INET);

	if (client < 0 || addr_parse("127.0.0.2", &other) || socket_bind(fd, &other, socket_local(client).port)) {
		close(fd);
		if (client >= 0)
			*array_push(&p->sockets) = client;
		return;
	}
	tell(p, "bind the same number", fd);
	bool client_goes = chance_of(&p->chance, 50), one_goes = chance_of(&p->chance, 60);
	if (one_goes) {
		text_add(&p->story, client_goes ? "    the client goes\n" : "    the bound one goes\n");
		socket_abort(client_goes ? client : fd);
	}
	if (!one_goes || !client_goes)
		*array_push(&p->sockets) = client;
	if (!one_goes || client_goes)
		*array_push(&p->sockets) = fd;
}

static void make_dup(struct population *p)
{
	int fd = make_bound(p);

	if (fd < 0)
		return;
	int copy = dup(fd);
	if (copy < 0)
		give_up("dup");
	p->sockets.items[p->sockets.count - 1] = copy;
	close(fd);
}

static void make_time_wait(struct population *p)
{
	unsigned i = chance_below(&p->chance, ACCEPTING);
	struct endpoint to = population_destination(i);
	int client = make_client(p, &to, chance_of(&p->chance, 80) ? PLAIN : BOUND_NO_PORT);
	int server = client >= 0 ? accept_from(p->listeners[i]) : -1;

	if (client >= 0)
		close(client);
	if (server >= 0)
		close(server);
	text_add(&p->story, "    both close\n");
}

void population_fill(struct population *p)
{
	static void (*const makers[])(struct population *) = { make_bound_alone, make_connection, make_connection,
		                                               make_connection,  make_server,     make_shared_number,
		                                               make_dup,         make_time_wait,  make_time_wait };
	uint32_t size = p->last - p->first + 1u;

	for (uint32_t left = chance_below(&p->chance, size + size / 4 + 1); left; left--)
		makers[chance_below(&p->chance, ARRAY_SIZE(makers))](p);
}

void population_fill_late(struct population *p)
{
	if (p->tw_delay_ms < 100 || chance_of(&p->chance, 50))
		return;
	text_add(&p->story, "  later:\n");
	for (uint32_t left = chance_below(&p->chance, 4); left; left--)
		make_time_wait(p);
}

/* A fresh IPv6 address is tentative until a worker of the kernel has looked at it. */
static void bind_when_ready(int fd, const struct endpoint *e)
{
	int err = -EADDRNOTAVAIL;

	for (int tries = 0; err == -EADDRNOTAVAIL && tries < 1000; tries++) {
		err = socket_bind(fd, &e->addr, e->port);
		if (err)
			usleep(1000);
	}
	errno = -err;
	if (err || listen(fd, 4096))
		give_up("listen");
}

static void listen_at_destinations(struct population *p)
{
	for (unsigned i = 0; i < DESTINATIONS; i++) {
		struct endpoint e = population_destination(i);
		p->listeners[i] = -1;
		if (i >= LISTENING)
			continue;
		p->listeners[i] = socket_new(e.addr.v6 ? AF_INET6 : AF_INET);
		*array_push(&p->sockets) = p->listeners[i];
		bind_when_ready(p->listeners[i], &e);
	}
}

static void choose_settings(struct population *p)
{
	static const unsigned delays_ms[] = { 1, 400, 60000 };
	uint32_t size = 4 + chance_below(&p->chance, 61);
	TEXT_CLEANUP reserved = { 0 };

	if (chance_of(&p->chance, 70))
		size &= ~1u;
	p->first = (uint16_t)(10000 + chance_below(&p->chance, 50000));
	p->last = (uint16_t)(p->first + size - 1);
	p->tw_reuse = chance_below(&p->chance, 3);
	p->timestamps = chance_of(&p->chance, 75);
	p->autobind_reuse = chance_of(&p->chance, 30);
	p->tw_delay_ms = delays_ms[chance_below(&p->chance, ARRAY_SIZE(delays_ms))];
	unsigned nonlocal_bind = chance_of(&p->chance, 25);
	for (uint32_t n = chance_of(&p->chance, 40) ? chance_below(&p->chance, size / 4 + 1) : 0; n; n--)
		text_printf(&reserved, "%s%u", reserved.length ? "," : "", port_in_range(p));
	text_printf(&p->story,
	            "  range %u-%u reserved '%s' tcp_tw_reuse %u delay %u ms timestamps %u ip_autobind_reuse %u "
	            "ip_nonlocal_bind %u\n",
	            p->first, p->last, reserved.length ? reserved.bytes : "", p->tw_reuse, p->tw_delay_ms,
	            p->timestamps, p->autobind_reuse, nonlocal_bind);
	netns_setting("ip_nonlocal_bind", "%u", nonlocal_bind);
	netns_setting("ip_local_port_range", "%u %u", p->first, p->last);
	netns_setting("tcp_tw_reuse", "%u", p->tw_reuse);
	netns_setting("tcp_tw_reuse_delay", "%u", p->tw_delay_ms);
	netns_setting("tcp_timestamps", "%u", p->timestamps);
	netns_setting("ip_autobind_reuse", "%u", p->autobind_reuse);
	if (reserved.length)
		netns_setting("ip_local_reserved_ports", "%s", reserved.bytes);
}

void population_open(struct population *p, uint64_t seed)
{
	*p = (struct population){ .chance.state = seed };
	p->netns = netns_new(&p->hole);
	listen_at_destinations(p);
	choose_settings(p);
}

void population_close(struct population *p)
{
	array_each (&p->sockets, fd)
		socket_abort(*fd);
	array_free(&p->sockets);
	text_free(&p->story);
	close(p->hole);
	close(p->netns);
}
