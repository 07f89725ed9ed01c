#include "lab/kit/relay.h"
#include "lab/kit/net.h"
#include <errno.h>
#include <sys/epoll.h>

enum { DESCRIPTORS = 20000 };

/* By descriptor: the other side of the conversation, and whether this one has ended. */
struct side {
	int other;
	bool ended;
};

static void side_watch(int epoll, int fd)
{
	epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &(struct epoll_event){ .events = EPOLLIN, .data.fd = fd });
}

static void conversation_begin(struct role *r, struct side *sides, int epoll, int client, const char *backend)
{
	int server = net_connect(backend);

	if (server < 0) {
		close(client);
		return;
	}
	sides[client] = (struct side){ .other = server };
	sides[server] = (struct side){ .other = client };
	side_watch(epoll, client);
	side_watch(epoll, server);
	r->row->opened++;
}

static void conversation_end(struct role *r, int one, int other)
{
	close(one);
	close(other);
	r->row->closed++;
}

/* The first to end hands its end on, and waits: what the ledger says of both holds until the other ends, too. */
static void side_end(struct role *r, struct side *sides, int epoll, int fd)
{
	int other = sides[fd].other;

	sides[fd].ended = true;
	epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL);
	if (sides[other].ended) {
		conversation_end(r, fd, other);
		return;
	}
	shutdown(other, SHUT_WR);
	role_keep(r, fd, "close_wait");
	role_keep(r, other, "fin_wait2");
}

static void side_carry(struct role *r, struct side *sides, int epoll, int fd)
{
	char bytes[16384];
	ssize_t n = recv(fd, bytes, sizeof(bytes), 0);

	if (n > 0)
		send(sides[fd].other, bytes, (size_t)n, MSG_NOSIGNAL);
	else
		side_end(r, sides, epoll, fd);
}

void play_relay(struct role *r, const char *address, const char *backend)
{
	int listener = role_need(r, net_listen(address, 128), address);
	int epoll = role_need(r, epoll_create1(EPOLL_CLOEXEC), "epoll");
	struct side sides[DESCRIPTORS];
	struct epoll_event event;

	side_watch(epoll, listener);
	role_ready(r);
	for (;;) {
		if (epoll_wait(epoll, &event, 1, -1) != 1)
			continue;
		if (event.data.fd != listener) {
			side_carry(r, sides, epoll, event.data.fd);
			continue;
		}
		int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (client >= 0)
			conversation_begin(r, sides, epoll, client, backend);
	}
}
