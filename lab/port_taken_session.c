/* A reverse tunnel's port stays taken: the session that opened it is dead, for its client went away without a word (its
 * network is down), and the process of that session holds the listener until keepalive finds out, in two hours. The new
 * session of the same program cannot bind the port. */
#include "lab/kit/kit.h"
#include <sys/wait.h>

enum { PHASE_AGAIN = 1 };

static void forward(struct role *r, int session)
{
	char word[16];

	role_need(r, net_listen("127.0.0.1:18022", 16), "listen");
	role_need(r, write(session, "ok", 2) < 0 ? -errno : 0, "write");
	while (recv(session, word, sizeof(word), 0) > 0)
		;
	role_rest();
}

/* A client that reconnects is a process of the daemon's each time, which ends as soon as it was refused: who looks
 * later finds its name and its parent, and nothing else of it. */
static void try_again(struct role *r)
{
	struct pace pace = pace_per_s(r, (double)seed_pick(r->seed, "sessions", 2, 5));

	while (pace_wait(&pace)) {
		pid_t pid = role_fork(r, "tunnel-daemon");
		if (!pid) {
			int fd = net_listen("127.0.0.1:18022", 16);
			if (fd < 0)
				role_failed(r, "bind", fd);
			_exit(fd < 0);
		}
		waitpid(pid, NULL, 0);
	}
}

/* The first session gets the port. The next ones try until the lab ends, as autossh does. */
static void run_daemon(struct role *r)
{
	int listener = role_need(r, net_listen("0.0.0.0:2222", 16), "listen");

	role_ready(r);
	int session = role_need(r, accept4(listener, NULL, NULL, SOCK_CLOEXEC), "accept");
	setsockopt(session, SOL_SOCKET, SO_KEEPALIVE, &(int){ 1 }, sizeof(int));
	if (!role_fork(r, "tunnel-daemon"))
		forward(r, session);
	close(session);
	role_wait_phase(r, PHASE_AGAIN);
	try_again(r);
	role_rest();
}

static void run_laptop(struct role *r)
{
	int fd = role_need(r, net_connect("10.77.0.1:2222"), "connect");
	char word[16];

	role_need(r, recv(fd, word, sizeof(word), 0) > 0 ? 0 : -EPIPE, "recv");
	role_ready(r);
	role_rest();
}

static int make(struct lab *lab)
{
	int error = lab_far(lab);

	if (!error)
		error = lab_start_each(lab, "tunnel-daemon", "laptop", NULL);
	if (!error)
		error = lab_far_leaves(lab);
	lab_phase(lab, PHASE_AGAIN);
	return error ? error : lab_until(lab, 10, lab_row(lab, "tunnel-daemon")->failed >= 3);
}

const struct lab_fault lab_port_taken_session = {
	.name = "port-taken-session",
	.title = "the process of a dead session holds the port that the new session wants",
	.story = "  tunnel-daemon  serves 0.0.0.0:2222, a process for each session, which listens on 127.0.0.1:18022\n"
	         "  laptop         had such a session and lost its network: nobody has told the daemon\n"
	         "  tunnel-daemon  for the new session cannot bind 127.0.0.1:18022\n",
	.expect = { .roots = { { "port-taken", "tunnel-daemon" } },
	            .victims = { { "tunnel-daemon", "bind", "EADDRINUSE" } } },
	.roles = { { "tunnel-daemon", "--listen 0.0.0.0:2222", run_daemon },
	           { "laptop", "--reverse 18022 --to 10.77.0.1:2222", run_laptop, .far = true } },
	.make = make,
};
