/* Accepted, and no process has it: the broker passes its connections on over a unix socket (SCM_RIGHTS) and closes
 * its own descriptor, and the worker does not fetch them. The sockets live inside the unix socket's queue. */
#include "lab/kit/kit.h"

enum { MOST = 150 };

static unsigned count_of(uint64_t seed)
{
	return (unsigned)seed_pick(seed, "count", 20, MOST);
}

static int pass_on(int channel, int fd)
{
	char byte = 0;
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec data = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof(control.bytes)
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(int));
	return sendmsg(channel, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* The worker is the broker's child: it was started with its end of the channel, and never reads from it. */
static void run_broker(struct role *r)
{
	int fds[MOST], channel[2], listener = role_need(r, net_listen("127.0.0.1:8080", 128), "listen");
	unsigned count = count_of(r->seed);

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel))
		role_fail(r, -errno, "socketpair");
	role_inherited(channel[1]);
	role_spawn(r, "session-worker");
	close(channel[1]);
	role_ready(r);
	play_accept(r, listener, fds, count);
	for (unsigned i = 0; i < count; i++) {
		int error = pass_on(channel[0], fds[i]);
		if (error)
			role_fail(r, error, "sendmsg");
		close(fds[i]);
		r->row->closed++;
	}
	for (;;)
		accept(listener, NULL, NULL);
}

static void run_worker(struct role *r)
{
	(void)r;
	for (;;)
		sleep_ms(1000);
}

static void run_clients(struct role *r)
{
	play_impatient(r, "127.0.0.1:8080", 100, (unsigned)seed_pick(r->seed, "patience", 500, 1500),
	               count_of(r->seed));
}

static int make(struct lab *lab)
{
	unsigned count = count_of(lab->seed);
	int error = lab_start_each(lab, "session-broker", "browsers", NULL);

	if (!error)
		error = lab_until(lab, 20, lab_row(lab, "session-broker")->closed == count);
	return error ? error : lab_until(lab, 20, look_count(TCP_CLOSE_WAIT, 8080) == count);
}

const struct lab_fault lab_ownerless = {
	.name = "ownerless",
	.title = "accepted, and no process holds it: descriptors in flight",
	.story = "  session-broker  accepts on 127.0.0.1:8080, passes the descriptors on and closes its own\n"
	         "  session-worker  should receive them, and does not: they are in flight\n"
	         "  browsers        have given up and closed\n",
	.expect = { .roots = { { "ownerless", "*", "state close-wait sport = :8080" } } },
	.roles = { { "session-broker", "--listen 127.0.0.1:8080", run_broker },
	           { "session-worker", "--channel 5", run_worker },
	           { "browsers", "--to 127.0.0.1:8080", run_clients } },
	.make = make,
};
