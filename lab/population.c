/* Sockets of every sort, as many as one wants, and the account of who holds each: for tests of exactness and
 * for the bench. Workers hold up to 16,000 descriptors each; every worker has listeners of its own, so that
 * all 4-tuples differ, and makes both ends of its connections. When all are made, nothing moves any more
 * (TIME_WAIT and what orphans left in FIN_WAIT2 go after 60 s).
 *
 * Not in a list of sockets but in the ledger: what is bound only, and what died while it was held. */
#include "kit/kit.h"
#include "kit/ledger.h"
#include "model/state.h"
#include <netinet/in.h>

enum { WORKER_FDS = 16000, DUP_EVERY = 50, FORKED_AFTER = 40, COUNT_DEFAULT = 1000, FLUSH_BYTES = 1 << 16 };

struct worker {
	struct role *role;
	struct text ledger;
	int listeners[3], unaccepted[3]; /* by family: v4, v6, v4-mapped on a dual-stack listener */
	char addresses[6][64];           /* where to connect: the listeners', then the unaccepted */
	unsigned rows;                   /* sockets that a list shows */
	uint64_t stream;
};

static void tell(struct worker *w, int fd, const char *state)
{
	struct endpoint local, peer;

	if (net_ends(fd, &local, &peer))
		return;
	ledger_line(&w->ledger, getpid(), fd, &local, &peer, state);
	if (w->ledger.length > FLUSH_BYTES && w->role->ledger_fd >= 0)
		text_flush(&w->ledger, w->role->ledger_fd);
}

/* A socket that no process holds (any more), told from its other end or from before. */
static void tell_unheld(struct worker *w, const struct endpoint *local, const struct endpoint *peer, const char *state)
{
	ledger_line(&w->ledger, 0, -1, local, peer, state);
	w->rows++;
}

/* Held for good; now and then by two descriptors. */
static void hold(struct worker *w, int fd, const char *state)
{
	tell(w, fd, state);
	if (++w->rows % DUP_EVERY == 0)
		tell(w, role_need(w->role, dup(fd), "dup"), state);
}

struct pair {
	int client, server;          /* server is -1 where it is not accepted */
	struct endpoint local, peer; /* of the client */
};

static struct pair pair_new(struct worker *w, bool accepted)
{
	struct pair p = { .server = -1 };
	unsigned chance = (unsigned)seed_next(&w->stream, 0, 99), family = chance < 60 ? 0 : chance < 85 ? 1 : 2;

	p.client = role_need(w->role, net_connect(w->addresses[family + (accepted ? 0 : 3)]), "connect");
	if (accepted)
		p.server = role_need(w->role, accept4(w->listeners[family], NULL, NULL, SOCK_CLOEXEC), "accept");
	net_ends(p.client, &p.local, &p.peer);
	return p;
}

static void make_established(struct worker *w)
{
	struct pair p = pair_new(w, true);

	hold(w, p.client, "established");
	hold(w, p.server, "established");
}

static void make_close_wait(struct worker *w)
{
	struct pair p = pair_new(w, true);

	shutdown(p.client, SHUT_WR);
	hold(w, p.client, "fin_wait2");
	hold(w, p.server, "close_wait");
}

static void make_orphaned(struct worker *w)
{
	struct pair p = pair_new(w, true);

	close(p.client);
	tell_unheld(w, &p.local, &p.peer, "fin_wait2");
	hold(w, p.server, "close_wait");
}

static void make_time_wait(struct worker *w)
{
	struct pair p = pair_new(w, true);

	close(p.client);
	close(p.server);
	tell_unheld(w, &p.local, &p.peer, "time_wait");
}

static void make_unaccepted(struct worker *w)
{
	struct pair p = pair_new(w, false);

	hold(w, p.client, "established");
	tell_unheld(w, &p.peer, &p.local, "established");
}

static void make_abandoned(struct worker *w)
{
	struct pair p = pair_new(w, false);

	close(p.client);
	tell_unheld(w, &p.local, &p.peer, "fin_wait2");
	tell_unheld(w, &p.peer, &p.local, "close_wait");
}

/* The peer's reset leaves a descriptor without a connection. */
static void make_dead(struct worker *w)
{
	struct pair p = pair_new(w, true);

	net_reset(p.server);
	ledger_line(&w->ledger, getpid(), p.client, &p.local, &p.peer, "close");
}

static void make_bound(struct worker *w)
{
	int fd = role_need(w->role, socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
	struct sockaddr_storage any;

	if (bind(fd, (struct sockaddr *)&any, net_sockaddr(&(struct endpoint){ .addr = addr_v4(0) }, &any)))
		role_fail(w->role, -errno, "bind");
	tell(w, fd, "close");
}

static void make_listening(struct worker *w)
{
	hold(w, role_need(w->role, net_listen("127.0.0.1:0", 16), "listen"), "listen");
}

static const struct sort {
	unsigned weight; /* of 1000 */
	void (*make)(struct worker *w);
} sorts[] = {
	{ 440, make_established }, { 150, make_close_wait }, { 50, make_orphaned },
	{ 280, make_time_wait },   { 40, make_unaccepted },  { 20, make_abandoned },
	{ 8, make_dead },          { 2, make_bound },        { 10, make_listening },
};

static void make_any(struct worker *w)
{
	unsigned chance = (unsigned)seed_next(&w->stream, 0, 999);
	const struct sort *sort = sorts;

	for (; chance >= sort->weight; sort++)
		chance -= sort->weight;
	sort->make(w);
}

/* Descriptors that two processes hold: a child is forked early, so that it holds few of them. */
static void fork_holder(struct worker *w)
{
	if (role_fork(w->role, "heir"))
		return;
	w->ledger.length = 0;
	for (int fd = 3; fd < 1024; fd++) {
		struct tcp_info info;
		if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &(socklen_t){ sizeof(info) }))
			continue;
		tell(w, fd, state_json((enum tcp_state)info.tcpi_state));
	}
	if (w->role->ledger_fd >= 0)
		text_flush(&w->ledger, w->role->ledger_fd);
	w->role->board->rows[w->role->index].closed = 1;
	role_rest();
}

static void listeners_open(struct worker *w)
{
	unsigned n = w->role->index + 1;

	for (unsigned i = 0; i < 2; i++) {
		snprintf(w->addresses[3 * i], 64, "127.1.%u.%u:%u", n, i + 1, 7000 + i);
		snprintf(w->addresses[3 * i + 1], 64, "[::1]:%u", 2000 + 2 * n + i);
		snprintf(w->addresses[3 * i + 2], 64, "[::]:%u", 3000 + 2 * n + i);
		for (unsigned family = 0; family < 3; family++) {
			int fd = role_need(w->role, net_listen(w->addresses[3 * i + family], 60000), "listen");
			(i ? w->unaccepted : w->listeners)[family] = fd;
			hold(w, fd, "listen");
		}
		snprintf(w->addresses[3 * i + 2], 64, "[::ffff:127.0.0.1]:%u", 3000 + 2 * n + i);
	}
}

static void run_worker(struct role *r)
{
	struct worker w = { .role = r, .stream = r->seed ^ (uint64_t)r->index << 32 };

	role_ready(r);
	listeners_open(&w);
	for (unsigned i = 0; i < FORKED_AFTER; i++)
		make_established(&w);
	fork_holder(&w);
	while (w.rows < r->count)
		make_any(&w);
	if (r->ledger_fd >= 0)
		text_flush(&w.ledger, r->ledger_fd);
	r->row->opened = w.rows;
	role_rest();
}

/* Every socket but TIME_WAIT takes a descriptor or so: 0.8 of them. */
static unsigned workers_for(uint64_t count)
{
	return (unsigned)MIN(MAX(count * 8 / 10 / WORKER_FDS + 1, (uint64_t)4), (uint64_t)BOARD_ROWS);
}

static bool all_made(const struct lab *lab)
{
	for (unsigned i = 0; i < lab->started; i++)
		if (!lab->board->rows[i].opened || !lab->board->rows[i].closed)
			return false;
	return true;
}

static int make(struct lab *lab)
{
	uint64_t count = lab->count ? lab->count : COUNT_DEFAULT;
	unsigned workers = workers_for(count);
	int error = lab_sysctl(lab, "net.ipv4.ip_local_port_range", "10000 65535");

	if (!error)
		error = lab_sysctl(lab, "net.core.somaxconn", "65535");
	if (!error)
		error = lab_sysctl(lab, "net.ipv4.tcp_max_tw_buckets", "1048576");
	lab->count = (count + workers - 1) / workers;
	if (!error)
		error = lab_start_many(lab, "worker", workers);
	return error ? error : lab_until(lab, 300, all_made(lab));
}

const struct lab_fault lab_population = {
	.name = "population",
	.title = "sockets of every sort, as many as --count says: for tests and the bench",
	.story = "  worker  makes connections with itself and holds them; its child `heir` holds some of them, too\n",
	.expect = { .healthy = true },
	.roles = { { "worker", "", run_worker } },
	.make = make,
	.hidden = true,
};
