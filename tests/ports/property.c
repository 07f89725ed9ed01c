/* The port model against the kernel: in populations made by chance the predicted number of free ports must be
 * the number of connect() and bind(port 0) calls that then succeed. Where the model states an interval, the
 * number must lie in it.
 *
 *	ports-property [--count N] [--seed S]
 *
 * The population with number i is made from S + i: `--count 1 --seed S+i` makes it again. Several are made at
 * once, so that one wait serves all their TIME_WAITs. Exits 1 when kernel and model disagree. */
#include "population.h"
#include "netns.h"
#include "base/clock.h"
#include "base/parse.h"
#include "model/port/who.h"
#include "source/source.h"
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <sys/stat.h>

enum {
	AT_ONCE = 16,
	EARLY_WAIT_MS = 700,  /* between the early and the late TIME_WAITs: the middle delay lies between them */
	SETTLE_MS = 60,       /* a delayed ACK is at most 40 ms late */
	UNSURE_MS = 200,      /* around the reuse delay a verdict may turn between the look and the call */
	MOST_CALLS = 64 + 16, /* more can never succeed */
};

enum kind { ASK_CONNECT, ASK_BIND, ASK_FIXED, KINDS };

struct question {
	enum kind kind;
	bool v6only, reuseaddr, reuseport;
	bool endless; /* its own sockets share their ports: only whether there is one can be asked */
	struct addr local;
	struct endpoint to;
};

struct tally {
	unsigned populations, questions, intervals, excluded, wrong;
	uint64_t granted, fixed;
};

static void sleep_ms(unsigned ms)
{
	usleep(ms * 1000);
}

/* The source that the route gives a plain connect(): asked of the kernel, without sending anything. */
static struct addr route_source(const struct endpoint *to)
{
	cleanup(cleanup_close) int fd = socket(to->addr.v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || socket_connect(fd, to))
		give_up("no route");
	return socket_local(fd).addr;
}

static struct addr absent_address(struct chance *c)
{
	static const char *const absent[] = { "10.66.0.1", "fd66::1", "::ffff:10.66.0.1" };
	struct addr a;

	if (addr_parse(absent[chance_below(c, ARRAY_SIZE(absent))], &a))
		give_up("address");
	return a;
}

static struct question ask_bind(struct population *p)
{
	struct question q = { .kind = ASK_BIND, .local = population_address(&p->chance, true) };

	if (chance_of(&p->chance, 40) && addr_parse(chance_of(&p->chance, 50) ? "0.0.0.0" : "::", &q.local))
		give_up("address");
	if (chance_of(&p->chance, 10))
		q.local = absent_address(&p->chance);
	q.v6only = addr_is_any(&q.local) && !addr_is_v4(&q.local) && chance_of(&p->chance, 50);
	q.reuseaddr = chance_of(&p->chance, 40);
	q.endless = q.reuseaddr && p->autobind_reuse;
	return q;
}

/* Which of the ports of the range a bind() that names it gets, with options. */
static struct question ask_fixed(struct population *p)
{
	struct question q = ask_bind(p);

	q.kind = ASK_FIXED;
	q.reuseport = chance_of(&p->chance, 40);
	return q;
}

static struct question ask_connect(struct population *p)
{
	struct question q = { .kind = ASK_CONNECT,
		              .to = population_destination(chance_below(&p->chance, DESTINATIONS)) };

	if (chance_of(&p->chance, 20))
		q.to.addr.v6 = 1;
	q.local = route_source(&q.to);
	return q;
}

static int bind_once(const struct question *q, int *ret_fd)
{
	*ret_fd = socket_new(q->local.v6 ? AF_INET6 : AF_INET);
	if (q->v6only)
		socket_option(*ret_fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	if (q->reuseaddr)
		socket_option(*ret_fd, SOL_SOCKET, SO_REUSEADDR, 1);
	return socket_bind(*ret_fd, &q->local, 0);
}

static int connect_once(const struct question *q, int *ret_fd)
{
	*ret_fd = socket_new(q->to.addr.v6 ? AF_INET6 : AF_INET);
	return socket_connect(*ret_fd, &q->to);
}

static bool bind_fixed(const struct question *q, uint16_t port)
{
	int fd = socket_new(q->local.v6 ? AF_INET6 : AF_INET);

	if (q->v6only)
		socket_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	if (q->reuseaddr)
		socket_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (q->reuseport)
		socket_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	int err = socket_bind(fd, &q->local, port);
	socket_abort(fd);
	return !err;
}

/* How many calls the kernel grants before it says that there is no port. */
static uint32_t ask_kernel(const struct question *q)
{
	int fds[MOST_CALLS], made = 0, err = 0;
	int end = q->kind == ASK_CONNECT ? -EADDRNOTAVAIL : -EADDRINUSE;

	while (!err && made < (q->endless ? 1 : MOST_CALLS)) {
		err = q->kind == ASK_CONNECT ? connect_once(q, &fds[made]) : bind_once(q, &fds[made]);
		made++;
	}
	errno = -err;
	if (q->kind == ASK_BIND && err == -EADDRNOTAVAIL && made == 1) /* the namespace has no such address */
		end = err;
	if (err != end && !(q->endless && !err))
		give_up("the kernel ends with another error than that there is no port");
	for (int i = 0; i < made; i++)
		socket_abort(fds[i]);
	return (uint32_t)(made - (err != 0));
}

static uint32_t population_in(const struct population *p, const struct moment *m)
{
	struct stat st;

	if (fstat(p->netns, &st))
		give_up("fstat");
	array_each (&m->netns, n)
		if (n->inode == st.st_ino)
			return (uint32_t)(n - m->netns.items);
	give_up("the look did not see the namespace");
}

static void look(struct source *source, struct moment *m)
{
	if (source_look(source, m))
		give_up("source_look");
}

/* Did a TIME_WAIT reach the age from which it may be taken over, between the look and now, or nearly so? */
static bool unsure(const struct moment *m, uint32_t netns)
{
	uint64_t delay_ms = m->netns.items[netns].tw_reuse_delay_ms;
	uint64_t gone_ms = (clock_boot_ns() - m->taken_boot_ns) / NS_PER_MS;

	array_each (&m->sockets, s)
		if (s->netns == netns && s->timer == TIMER_TIME_WAIT && s->since_ack_ms < delay_ms + UNSURE_MS &&
		    s->since_ack_ms + gone_ms + UNSURE_MS > delay_ms)
			return true;
	return false;
}

static struct port_budget predict(const struct moment *m, uint32_t netns, const struct question *q)
{
	cleanup(port_map_cleanup) struct port_map *map = port_map_new(m);
	struct port_asker asker = { .local = q->local, .v6only = q->v6only, .reuseaddr = q->reuseaddr };
	struct port_budget b;
	int err = q->kind == ASK_CONNECT ? ports_connect(map, netns, &q->local, &q->to, &b)
	                                 : ports_bind(map, netns, &asker, &b);

	if (err)
		give_up("no port range");
	if (q->endless) {
		b.free_low = MIN(b.free_low, 1u);
		b.free_high = MIN(b.free_high, 1u);
	}
	return b;
}

static void tell_question(struct text *t, const struct question *q)
{
	text_add(t, q->kind == ASK_CONNECT ? "connect " : q->v6only ? "bind, v6only, " : "bind ");
	addr_format(t, &q->local);
	if (q->reuseaddr && q->kind == ASK_BIND)
		text_add(t, ", SO_REUSEADDR");
	if (q->kind == ASK_CONNECT) {
		text_add(t, " to ");
		endpoint_format(t, &q->to);
	}
}

static void tell_sockets(struct text *t, const struct moment *m, uint32_t netns)
{
	array_each (&m->sockets, s) {
		if (s->netns != netns)
			continue;
		text_printf(t, "  %-10s ", state_people(s->state));
		endpoint_format(t, &s->local);
		text_add_char(t, ' ');
		endpoint_format(t, &s->peer);
		text_printf(t, " bucket %s%d %d%s%s%s age %u %s\n", socket_has(s, SOCKET_BUCKET_KNOWN) ? "" : "? ",
		            s->fastreuse, s->fastreuseport, s->local.addr.v6 ? " v6" : "",
		            socket_has(s, SOCKET_V6ONLY) ? " v6only" : "",
		            socket_has(s, SOCKET_TIMESTAMPS) ? " ts" : "", s->since_ack_ms,
		            s->unowned ? unowned_name(s->unowned) : "");
	}
}

static void disagree(const struct population *p, uint64_t seed, const struct moment *m, uint32_t netns,
                     const struct question *q, const struct port_budget *b, uint32_t granted)
{
	TEXT_CLEANUP t = { 0 };

	text_printf(&t, "seed %llu: ", (unsigned long long)seed);
	tell_question(&t, q);
	text_printf(&t, ": the kernel granted %u, the model says %u to %u of %u\n%s sockets:\n", granted, b->free_low,
	            b->free_high, b->usable, p->story.bytes);
	tell_sockets(&t, m, netns);
	text_flush(&t, STDOUT_FILENO);
}

static void compare(const struct population *p, uint64_t seed, const struct moment *m, uint32_t netns,
                    const struct question *q, struct tally *t)
{
	struct port_budget b = predict(m, netns, q);
	uint32_t granted = ask_kernel(q);

	if (q->kind == ASK_CONNECT && unsure(m, netns)) {
		t->excluded++;
		return;
	}
	t->questions++;
	t->granted += granted;
	t->intervals += !port_budget_exact(&b);
	if (granted >= b.free_low && granted <= b.free_high)
		return;
	t->wrong++;
	disagree(p, seed, m, netns, q, &b, granted);
}

static void compare_fixed(const struct population *p, uint64_t seed, const struct moment *m, uint32_t netns,
                          const struct question *q, struct tally *t)
{
	cleanup(port_map_cleanup) struct port_map *map = port_map_new(m);
	struct port_asker asker = {
		.local = q->local, .v6only = q->v6only, .reuseaddr = q->reuseaddr, .reuseport = q->reuseport
	};

	for (unsigned port = p->first; port <= p->last; port++) {
		struct port_seats seats = { 0 };
		ports_seats(map, netns, (uint16_t)port, &asker, &seats);
		bool granting = !seats.rows.count && address_binds(m, netns, &q->local);
		struct port_budget b = { .usable = 1, .free_low = granting, .free_high = granting };
		array_free(&seats.rows);
		bool granted = bind_fixed(q, (uint16_t)port);
		t->fixed++;
		if (granted == b.free_low)
			continue;
		printf("port %u, options%s%s: ", port, q->reuseaddr ? " SO_REUSEADDR" : "",
		       q->reuseport ? " SO_REUSEPORT" : "");
		fflush(stdout);
		t->wrong++;
		disagree(p, seed, m, netns, q, &b, granted);
	}
}

static void judge(const struct moment *m, struct population *p, uint64_t seed, enum kind kind, struct tally *t)
{
	static struct question (*const asks[KINDS])(
	        struct population *) = { [ASK_CONNECT] = ask_connect, [ASK_BIND] = ask_bind, [ASK_FIXED] = ask_fixed };
	uint32_t netns = population_in(p, m);
	struct question q = asks[kind](p);

	if (kind == ASK_FIXED)
		compare_fixed(p, seed, m, netns, &q, t);
	else
		compare(p, seed, m, netns, &q, t);
}

static void judge_all(struct source *source, struct population *some, uint64_t seed, unsigned count, enum kind kind,
                      struct tally *t)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();

	look(source, m);
	for (unsigned i = 0; i < count; i++) {
		netns_set(some[i].netns);
		judge(m, &some[i], seed + i, kind, t);
	}
}

static void judge_some(struct source *source, uint64_t seed, unsigned count, struct tally *t)
{
	struct population some[AT_ONCE];

	for (unsigned i = 0; i < count; i++) {
		population_open(&some[i], seed + i);
		population_fill(&some[i]);
	}
	sleep_ms(EARLY_WAIT_MS);
	for (unsigned i = 0; i < count; i++) {
		netns_set(some[i].netns);
		population_fill_late(&some[i]);
	}
	sleep_ms(SETTLE_MS);
	for (enum kind kind = 0; kind < KINDS; kind++)
		judge_all(source, some, seed, count, kind, t);
	for (unsigned i = 0; i < count; i++)
		population_close(&some[i]);
	t->populations += count;
}

static struct source *open_source(void)
{
	struct source_request request = { .scope = SCOPE_ALL, .wants = WANT_LIMITS, .force = "bpf" };
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct source *source;
	struct gap why;
	int err = source_open(&request, arena, &source, &why);

	if (!err)
		return source;
	fprintf(stderr, "ports-property: %s\n", why.why);
	exit(77);
}

static uint64_t number(const char *text)
{
	uint64_t value;

	if (parse_u64(text, &value)) {
		fprintf(stderr, "ports-property: '%s' is no number\n", text);
		exit(2);
	}
	return value;
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "count", required_argument, NULL, 'c' },
		                                 { "seed", required_argument, NULL, 's' },
		                                 { 0 } };
	uint64_t count = 2000, seed = clock_unix_ms();
	struct tally t = { 0 };

	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) >= 0;) {
		if (c == 'c')
			count = number(optarg);
		else if (c == 's')
			seed = number(optarg);
		else
			return 2;
	}
	if (geteuid()) {
		puts("network namespaces need root");
		return 77;
	}
	struct source *source = open_source();
	for (uint64_t made = 0; t.populations - t.excluded < count; made = t.populations)
		judge_some(source, seed + made, (unsigned)MIN(count, (uint64_t)AT_ONCE), &t);
	source_close(source);
	printf("seed %llu: %u populations, %u questions, %llu calls granted, %u answered by an interval, "
	       "%u left out (reuse delay); %llu named ports; %u wrong\n",
	       (unsigned long long)seed, t.populations, t.questions, (unsigned long long)t.granted, t.intervals,
	       t.excluded, (unsigned long long)t.fixed, t.wrong);
	return t.wrong ? 1 : 0;
}
