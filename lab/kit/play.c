#include "lab/kit/play.h"
#include "lab/kit/net.h"
#include "base/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>

enum { POOL_MOST = 1000, WAITING_MOST = 2000 };

void play_leak(struct role *r, const char *peer, double per_s, unsigned most)
{
	struct pace pace = pace_per_s(r, per_s);

	role_ready(r);
	while (r->row->held < most && pace_wait(&pace)) {
		int fd = net_connect(peer);
		if (fd >= 0 && !net_fetch(fd)) {
			role_keep(r, fd, "close_wait");
			continue;
		}
		role_failed(r, "connect", fd);
		if (fd >= 0)
			close(fd);
	}
	role_rest();
}

void play_short(struct role *r, const char *peer, double per_s)
{
	struct pace pace = pace_per_s(r, per_s);

	role_ready(r);
	while (pace_wait(&pace)) {
		int fd = net_connect(peer);
		if (fd < 0) {
			role_failed(r, "connect", fd);
			continue;
		}
		r->row->opened++;
		net_fetch(fd);
		close(fd);
		r->row->closed++;
	}
	role_rest();
}

/* A pool finds out when it wants to use a connection, not before. */
static void query(struct role *r, const char *peer, int *fd)
{
	char byte;

	if (*fd >= 0 && recv(*fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0) {
		close(*fd);
		r->row->closed++;
		*fd = -1;
	}
	if (*fd < 0) {
		*fd = net_connect(peer);
		r->row->opened++;
	}
	if (*fd >= 0 && net_fetch(*fd)) {
		close(*fd);
		*fd = -1;
	}
}

void play_pool(struct role *r, const char *peer, unsigned size, double queries_per_s)
{
	struct pace pace = pace_per_s(r, queries_per_s);
	uint64_t stream = r->seed;
	int fds[POOL_MOST];

	for (unsigned i = 0; i < size; i++) {
		fds[i] = role_need(r, net_connect(peer), peer);
		r->row->opened++;
		net_fetch(fds[i]);
		role_keep(r, fds[i], "established");
	}
	role_ready(r);
	while (pace_wait(&pace))
		query(r, peer, &fds[seed_next(&stream, 0, size - 1)]);
	role_rest();
}

/* A connection that waits for its answer. */
struct waiting {
	int fd; /* -1: nothing */
	bool asked;
	uint64_t end_ns;
};

static int connect_start(const char *peer)
{
	struct sockaddr_storage to;
	struct endpoint e;

	if (endpoint_parse(peer, &e))
		return -EINVAL;
	socklen_t length = net_sockaddr(&e, &to);
	int fd = socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, length) && errno != EINPROGRESS) {
		int error = -errno;
		close(fd);
		return error;
	}
	return fd < 0 ? -errno : fd;
}

static void wait_end(struct role *r, struct waiting *w)
{
	close(w->fd);
	w->fd = -1;
	r->row->closed++;
}

static void wait_look(struct role *r, struct waiting *w, uint64_t now)
{
	char answer[4096];

	if (!w->asked && net_ask(w->fd) == 0)
		w->asked = true;
	else if (w->asked && recv(w->fd, answer, sizeof(answer), 0) >= 0)
		wait_end(r, w);
	if (w->fd >= 0 && w->end_ns < now) {
		if (!w->asked)
			role_failed(r, "connect", -ETIMEDOUT);
		wait_end(r, w);
	}
}

void play_impatient(struct role *r, const char *peer, double per_s, unsigned patience_ms, unsigned most)
{
	struct waiting waiting[WAITING_MOST];
	struct pace pace = pace_per_s(r, per_s);

	for (size_t i = 0; i < WAITING_MOST; i++)
		waiting[i].fd = -1;
	role_ready(r);
	while (pace_wait(&pace)) {
		uint64_t now = clock_monotonic_ns();
		bool room = !most || r->row->opened < most;
		for (size_t i = 0; i < WAITING_MOST; i++) {
			if (waiting[i].fd >= 0) {
				wait_look(r, &waiting[i], now);
			} else if (room) {
				room = false;
				int fd = connect_start(peer);
				if (fd < 0) {
					role_failed(r, "connect", fd);
					continue;
				}
				waiting[i] = (struct waiting){ .fd = fd, .end_ns = now + patience_ms * NS_PER_MS };
				r->row->opened++;
			}
		}
	}
	role_rest();
}

void play_binder(struct role *r, const char *address, bool reuse)
{
	struct pace pace = pace_per_s(r, (double)seed_pick(r->seed, "bind rate", 3, 8));
	struct sockaddr_storage at;
	struct endpoint e;

	if (endpoint_parse(address, &e))
		role_fail(r, -EINVAL, address);
	socklen_t length = net_sockaddr(&e, &at);
	role_ready(r);
	while (pace_wait(&pace)) {
		int fd = role_need(r, socket(at.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ reuse }, sizeof(int));
		if (bind(fd, (struct sockaddr *)&at, length))
			role_failed(r, "bind", -errno);
		else
			r->row->opened++;
		close(fd);
	}
	role_rest();
}

void play_bind_first(struct role *r, const char *peer, double per_s)
{
	struct pace pace = pace_per_s(r, per_s);

	role_ready(r);
	while (pace_wait(&pace)) {
		int fd = net_connect_from("0.0.0.0:0", peer);
		if (fd < 0) {
			role_failed(r, "bind", fd);
			continue;
		}
		r->row->opened++;
		net_fetch(fd);
		net_reset(fd);
	}
	role_rest();
}

void play_accept(struct role *r, int listener, int *fds, unsigned count)
{
	char request[4096];

	for (unsigned i = 0; i < count; i++) {
		fds[i] = role_need(r, accept4(listener, NULL, NULL, SOCK_CLOEXEC), "accept");
		r->row->opened++;
		recv(fds[i], request, sizeof(request), 0);
	}
}
