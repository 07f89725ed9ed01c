#include "lab/kit/serve.h"
#include "lab/kit/net.h"
#include "base/clock.h"
#include "base/memory.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/resource.h>

enum { EVENTS = 256, TICK_MS = 5 };

/* What is due for a connection, by its descriptor; 0 is nothing. */
struct due {
	uint64_t answer_ns, close_ns;
};

struct server {
	struct role *role;
	const struct service *service;
	int listener, epoll;
	struct due *due;  /* `room` of them */
	size_t room, top; /* descriptors below `top` were seen */
	uint64_t stream;
};

static uint64_t after_ms(uint64_t ms)
{
	return clock_monotonic_ns() + ms * NS_PER_MS;
}

static void conn_close(struct server *s, int fd)
{
	s->due[fd] = (struct due){ 0 };
	close(fd);
	s->role->row->closed++;
}

static int conn_listen(struct server *s, int fd)
{
	struct epoll_event again = { .events = EPOLLIN | EPOLLONESHOT, .data.fd = fd };

	return epoll_ctl(s->epoll, EPOLL_CTL_MOD, fd, &again);
}

static bool is_forgotten(struct server *s)
{
	unsigned one_in = s->service->forgets_one_in;

	return one_in && !seed_next(&s->stream, 0, one_in - 1);
}

static void conn_answer(struct server *s, int fd)
{
	uint32_t idle_ms = s->service->idle_ms;

	if (is_forgotten(s)) {
		s->due[fd] = (struct due){ 0 };
		role_keep(s->role, fd, "close_wait");
		return;
	}
	s->due[fd] = (struct due){ .close_ns = idle_ms && idle_ms != SERVE_KEEPS ? after_ms(idle_ms) : 0 };
	if (net_answer(fd, s->service->answer_bytes) || !idle_ms || conn_listen(s, fd))
		conn_close(s, fd);
}

/* One event a request: who thinks about an answer does not look at the connection meanwhile. */
static void conn_request(struct server *s, int fd)
{
	char request[512];
	ssize_t n = recv(fd, request, sizeof(request), MSG_DONTWAIT);

	if (n < 0 && errno == EAGAIN && !conn_listen(s, fd))
		return;
	if (n <= 0) {
		conn_close(s, fd);
		return;
	}
	uint64_t think_ms =
	        seed_next(&s->stream, s->service->think_ms, MAX(s->service->think_ms, s->service->think_most_ms));
	if (think_ms)
		s->due[fd].answer_ns = after_ms(think_ms);
	else
		conn_answer(s, fd);
}

static void conn_accept(struct server *s)
{
	int fd;

	while ((fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		if ((size_t)fd >= s->room ||
		    epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd,
		              &(struct epoll_event){ .events = EPOLLIN | EPOLLONESHOT, .data.fd = fd })) {
			close(fd);
			continue;
		}
		s->due[fd] = (struct due){ 0 };
		s->top = MAX(s->top, (size_t)fd + 1);
		s->role->row->opened++;
	}
	if (errno != EAGAIN)
		role_failed(s->role, "accept", -errno);
}

static void conns_due(struct server *s)
{
	uint64_t now = clock_monotonic_ns();

	for (size_t fd = 0; fd < s->top; fd++) {
		if (s->due[fd].answer_ns && s->due[fd].answer_ns <= now)
			conn_answer(s, (int)fd);
		else if (s->due[fd].close_ns && s->due[fd].close_ns <= now)
			conn_close(s, (int)fd);
	}
}

/* No clock runs where everything is answered at once: an idle server sleeps. */
static void server_turn(struct server *s, int timeout_ms)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(s->epoll, events, EVENTS, timeout_ms);

	for (int i = 0; i < n; i++) {
		if (events[i].data.fd == s->listener)
			conn_accept(s);
		else
			conn_request(s, events[i].data.fd);
	}
	if (timeout_ms > 0)
		conns_due(s);
}

void serve(struct role *r, const struct service *service)
{
	struct rlimit files;
	bool timed =
	        service->think_ms || service->think_most_ms || (service->idle_ms && service->idle_ms != SERVE_KEEPS);

	getrlimit(RLIMIT_NOFILE, &files);
	struct server s = { .role = r, .service = service, .room = files.rlim_cur, .stream = r->seed ^ r->index };
	s.due = memory_zeroed(s.room * sizeof(*s.due));
	s.listener = role_need(r, net_listen(service->address, service->backlog ? service->backlog : 1024),
	                       service->address);
	fcntl(s.listener, F_SETFL, O_NONBLOCK);
	s.epoll = role_need(r, epoll_create1(EPOLL_CLOEXEC), "epoll");
	epoll_ctl(s.epoll, EPOLL_CTL_ADD, s.listener,
	          &(struct epoll_event){ .events = EPOLLIN, .data.fd = s.listener });
	role_ready(r);
	for (;;)
		server_turn(&s, timed ? TICK_MS : -1);
}
