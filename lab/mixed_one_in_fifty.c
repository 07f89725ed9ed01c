/* A leak that hides: a busy server closes most of its connections at once, some slowly, and forgets one in fifty, on
 * a path that few requests take. What stands at any moment are mostly the slow ones, which are in order. */
#include "lab/kit/kit.h"
#include "base/clock.h"
#include "base/memory.h"

enum { SLOTS = 4096, LEAK_ONE_IN = 50, SLOW_PERCENT = 20, OLDEST_S = 10 };

/* Descriptors that are to be closed, and when. */
struct slow {
	int fd[SLOTS];
	uint64_t at_ns[SLOTS];
};

static void close_due(struct role *r, struct slow *s)
{
	uint64_t now = clock_monotonic_ns();

	for (size_t i = 0; i < SLOTS; i++)
		if (s->at_ns[i] && s->at_ns[i] <= now) {
			s->at_ns[i] = 0;
			close(s->fd[i]);
			r->row->closed++;
		}
}

static void close_later(struct slow *s, int fd, uint64_t ms)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (!s->at_ns[i]) {
			s->fd[i] = fd;
			s->at_ns[i] = clock_monotonic_ns() + ms * NS_PER_MS;
			return;
		}
}

static void run_server(struct role *r)
{
	int listener = role_need(r, net_listen("127.0.0.1:8080", 256), "listen");
	struct slow *slow = memory_zeroed(sizeof(*slow));
	uint64_t slow_ms = seed_pick(r->seed, "slow", 500, 2500), stream = r->seed;
	char request[512];

	setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ .tv_usec = 20000 }, sizeof(struct timeval));
	role_ready(r);
	for (;;) {
		close_due(r, slow);
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0)
			continue;
		r->row->opened++;
		recv(fd, request, sizeof(request), 0);
		net_answer(fd, 300);
		if (!seed_next(&stream, 0, LEAK_ONE_IN - 1))
			role_keep(r, fd, "close_wait");
		else if (seed_next(&stream, 0, 99) < SLOW_PERCENT)
			close_later(slow, fd, slow_ms);
		else
			close_later(slow, fd, 1);
	}
}

static void run_clients(struct role *r)
{
	play_short(r, "127.0.0.1:8080", (double)seed_pick(r->seed, "rate", 50, 150));
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "api-server", "apps", NULL);

	return error ? error : lab_until(lab, 60, lab_oldest_s(lab) > OLDEST_S && lab_row(lab, "api-server")->held > 5);
}

const struct lab_fault lab_mixed_one_in_fifty = {
	.name = "mixed-one-in-fifty",
	.title = "a leak of one in fifty, amid quick and slow closes",
	.story = "  api-server  on 127.0.0.1:8080 closes most connections at once, one in five after seconds, and "
	         "forgets\n"
	         "              one in fifty\n"
	         "  apps        connect, ask, read the answer, close\n",
	.expect = { .roots = { { "never-closed", "api-server" } }, .allowed = { "slow-handler" } },
	.roles = { { "api-server", "--listen 127.0.0.1:8080", run_server },
	           { "apps", "--to 127.0.0.1:8080", run_clients } },
	.make = make,
};
