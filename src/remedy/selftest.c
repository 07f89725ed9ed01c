#include "selftest.h"
#include "base/clock.h"
#include "source/diag/diag.h"
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

enum { WAIT_MS = 500, STEP_NS = 1000000, BUFFER_BYTES = 4096, NOT_TRIED = 64 };

/* A connection of our own: near and far end; the near one is destroyed. */
struct pair {
	int near, far;
	struct socket facts; /* of the near end */
};

struct trial {
	struct destroyer *destroyer;
	struct diag *diag;
	int listener;
	struct sockaddr_in address;
	uint64_t netns_cookie;
};

static int bring_up_loopback(int fd)
{
	struct ifreq request = { .ifr_name = "lo" };

	if (ioctl(fd, SIOCGIFFLAGS, &request))
		return -errno;
	request.ifr_flags |= IFF_UP;
	return ioctl(fd, SIOCSIFFLAGS, &request) ? -errno : 0;
}

static int trial_begin(struct trial *t)
{
	socklen_t length = sizeof(t->address);
	int small = BUFFER_BYTES;

	if (unshare(CLONE_NEWNET))
		return -errno;
	t->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	t->address = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	if (t->listener < 0)
		return -errno;
	int err = bring_up_loopback(t->listener);
	if (err)
		return err;
	setsockopt(t->listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	if (bind(t->listener, (struct sockaddr *)&t->address, sizeof(t->address)) || listen(t->listener, 16) ||
	    getsockname(t->listener, (struct sockaddr *)&t->address, &length))
		return -errno;
	err = diag_open(&t->diag);
	t->netns_cookie = err ? 0 : diag_netns_cookie(t->diag);
	return err;
}

static bool pair_make(const struct trial *t, struct pair *p)
{
	p->far = -1;
	p->near = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (p->near < 0 || connect(p->near, (const struct sockaddr *)&t->address, sizeof(t->address)))
		return false;
	p->far = accept4(t->listener, NULL, NULL, SOCK_CLOEXEC);
	return p->far >= 0 && diag_ask(p->near, &p->facts);
}

static void pair_close(struct pair *p)
{
	if (p->near >= 0)
		close(p->near);
	if (p->far >= 0)
		close(p->far);
	*p = (struct pair){ .near = -1, .far = -1 };
}

/* Ends are made on loopback: the next state comes at once, or never. */
static bool pair_reaches(const struct trial *t, struct pair *p, enum tcp_state state)
{
	static const struct timespec step = { .tv_nsec = STEP_NS };
	uint64_t end = clock_monotonic_ns() + WAIT_MS * NS_PER_MS;
	struct socket now;

	do {
		if (!diag_find(t->diag, &p->facts, &now) && now.state == state) {
			p->facts = now;
			return true;
		}
		nanosleep(&step, NULL);
	} while (clock_monotonic_ns() < end);
	return false;
}

static enum record_answer destroy(const struct trial *t, const struct socket *s, uint32_t references)
{
	struct doomed d = {
		.socket = s, .netns_cookie = t->netns_cookie, .references = references, .references_known = true
	};

	return destroyer_run(t->destroyer, &d, 1) ? ANSWER_FAILED : d.answer;
}

/* Gone means: no longer in the kernel's table. */
static bool dies(const struct trial *t, const struct pair *p)
{
	struct socket now;

	return destroy(t, &p->facts, p->near >= 0) == ANSWER_DESTROYED &&
	       diag_find(t->diag, &p->facts, &now) == -ENOENT;
}

static void end_near(struct pair *p)
{
	close(p->near);
	p->near = -1;
}

static bool try_close_wait(const struct trial *t, struct pair *p)
{
	close(p->far);
	p->far = -1;
	return pair_reaches(t, p, STATE_CLOSE_WAIT) && dies(t, p);
}

static bool try_fin_wait2(const struct trial *t, struct pair *p)
{
	return !shutdown(p->near, SHUT_WR) && pair_reaches(t, p, STATE_FIN_WAIT2) && dies(t, p);
}

static bool try_orphan(const struct trial *t, struct pair *p)
{
	static const char data[BUFFER_BYTES];

	while (send(p->near, data, sizeof(data), MSG_DONTWAIT | MSG_NOSIGNAL) > 0)
		;
	end_near(p);
	return pair_reaches(t, p, STATE_FIN_WAIT1) && dies(t, p);
}

static bool try_time_wait(const struct trial *t, struct pair *p)
{
	end_near(p);
	close(p->far);
	p->far = -1;
	return pair_reaches(t, p, STATE_TIME_WAIT) && dies(t, p);
}

/* The right four numbers with a wrong cookie; the right cookie in a wrong state. */
static bool try_spares(const struct trial *t, struct pair *p)
{
	struct socket other = p->facts, moved = p->facts, now;

	if (!pair_reaches(t, p, STATE_ESTABLISHED))
		return false;
	other = moved = p->facts;
	other.cookie += 1ULL << 40;
	moved.state = STATE_CLOSE_WAIT;
	return destroy(t, &other, 1) != ANSWER_DESTROYED && destroy(t, &moved, 1) != ANSWER_DESTROYED &&
	       !diag_find(t->diag, &p->facts, &now) && now.state == STATE_ESTABLISHED;
}

static int try_all(struct destroyer *d)
{
	static const struct {
		enum selftest proves;
		bool (*passes)(const struct trial *t, struct pair *p);
	} trials[] = {
		{ SELFTEST_SPARES, try_spares },       { SELFTEST_CLOSE_WAIT, try_close_wait },
		{ SELFTEST_FIN_WAIT2, try_fin_wait2 }, { SELFTEST_ORPHAN, try_orphan },
		{ SELFTEST_TIME_WAIT, try_time_wait },
	};
	struct trial t = { .destroyer = d };
	int err = trial_begin(&t), proved = 0;

	for (size_t i = 0; i < ARRAY_SIZE(trials) && !err; i++) {
		struct pair p;
		if (pair_make(&t, &p) && trials[i].passes(&t, &p))
			proved |= trials[i].proves;
		pair_close(&p);
	}
	diag_close(t.diag);
	return err ? NOT_TRIED : proved;
}

/* In a child, so that this process never leaves its own namespace. */
int selftest_run(struct destroyer *d, unsigned *ret_proved)
{
	int status;
	pid_t child = fork();

	if (!child)
		_exit(try_all(d));
	if (child < 0)
		return -errno;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (!WIFEXITED(status) || WEXITSTATUS(status) & NOT_TRIED)
		return WIFEXITED(status) ? -EPERM : -EIO;
	*ret_proved = (unsigned)WEXITSTATUS(status);
	return 0;
}
