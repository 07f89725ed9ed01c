#include "limits.h"
#include "model/port/walk.h"

enum { BUDGETS_MOST = 3 };

struct limit_words {
	const char *id, *scope, *setting, *owner, *unit;
};

static const struct limit_words words[LIMIT_KINDS] = {
	[LIMIT_PORTS_BIND] = { "ports-bind", "netns", "net.ipv4.ip_local_port_range",
	                       "the network namespace's administrator", "ports" },
	[LIMIT_PORTS_CONNECT] = { "ports-connect", "netns", "net.ipv4.ip_local_port_range",
	                          "the network namespace's administrator", "ports" },
	[LIMIT_DESCRIPTORS] = { "descriptors", "process", "RLIMIT_NOFILE (ulimit -n, LimitNOFILE=)",
	                        "whoever starts the process", "descriptors" },
	[LIMIT_FILES] = { "files", "host", "fs.file-max", "the host's administrator", "open files" },
	[LIMIT_QUEUE] = { "listen-queue", "listener", "listen() backlog, at most net.core.somaxconn", "the program",
	                  "connections" },
	[LIMIT_TIME_WAIT] = { "time-wait-buckets", "netns", "net.ipv4.tcp_max_tw_buckets",
	                      "the network namespace's administrator", "TIME-WAITs" },
	[LIMIT_ORPHANS] = { "orphans", "host", "net.ipv4.tcp_max_orphans", "the host's administrator", "sockets" },
	[LIMIT_MEMORY] = { "tcp-memory", "host", "net.ipv4.tcp_mem (third number)", "the host's administrator",
	                   "pages" },
	[LIMIT_CONNTRACK] = { "conntrack", "netns", "net.netfilter.nf_conntrack_max", "the host's administrator",
	                      "entries" },
};

const char *limit_id(enum limit_kind kind)
{
	return words[kind].id;
}

const char *limit_scope(enum limit_kind kind)
{
	return words[kind].scope;
}

const char *limit_setting(enum limit_kind kind)
{
	return words[kind].setting;
}

const char *limit_owner(enum limit_kind kind)
{
	return words[kind].owner;
}

const char *limit_unit(enum limit_kind kind)
{
	return words[kind].unit;
}

static struct limit *limit_add(struct limits *ls, enum limit_kind kind, uint32_t netns, uint64_t used, uint64_t limit)
{
	struct limit *l = array_push(&ls->rows);

	*l = (struct limit){
		.kind = kind, .netns = netns, .process = UINT32_MAX, .socket = UINT32_MAX, .used = used, .limit = limit
	};
	return l;
}

static void add_budgets(struct limits *ls, const struct port_map *map, const struct port_budgets *budgets,
                        enum limit_kind kind)
{
	array_each (&budgets->rows, b) {
		struct limit *l = limit_add(ls, kind, b->netns, b->used, b->usable);
		l->budget = *b;
		l->forecast = ports_forecast(map, b);
	}
}

static void add_ports(struct limits *ls, const struct port_map *map, uint32_t netns)
{
	struct port_budgets bind = { 0 }, connect = { 0 };

	ports_bind_all(map, netns, BUDGETS_MOST, &bind);
	ports_connect_all(map, netns, BUDGETS_MOST, &connect);
	add_budgets(ls, map, &bind, LIMIT_PORTS_BIND);
	add_budgets(ls, map, &connect, LIMIT_PORTS_CONNECT);
	array_free(&bind.rows);
	array_free(&connect.rows);
}

/* By namespace, in one pass: there may be thousands of them. */
static struct usage *use_time_waits(const struct moment *m)
{
	struct usage *uses = memory_zeroed((m->netns.count + 1) * sizeof(*uses));

	for (size_t n = 0; n < m->netns.count; n++)
		usage_begin(&uses[n], m);
	array_each (&m->sockets, s)
		if (s->netns < m->netns.count && s->state == STATE_TIME_WAIT && s->timer == TIMER_TIME_WAIT)
			usage_add(&uses[s->netns], s);
	return uses;
}

static void add_time_waits(struct limits *ls, uint32_t netns, struct usage *u)
{
	const struct netns *n = &ls->moment->netns.items[netns];

	u->went = 0; /* their coming is no going of anything else here */
	struct forecast forecast = usage_end(u, (double)n->max_time_waits);
	if (n->in_scope && n->counters_known && n->max_time_waits)
		limit_add(ls, LIMIT_TIME_WAIT, netns, n->time_waits, n->max_time_waits)->forecast = forecast;
}

static void add_conntrack(struct limits *ls, uint32_t netns)
{
	const struct moment *m = ls->moment;
	const struct netns *n = &m->netns.items[netns];

	if (!n->counters_known || !m->limits.conntrack_limit || !n->totals.conntrack_used)
		return;
	struct limit *l = limit_add(ls, LIMIT_CONNTRACK, netns, n->totals.conntrack_used, m->limits.conntrack_limit);
	l->forecast = count_forecast(m, &(struct count){ .before = n->before.conntrack_used,
	                                                 .now = l->used,
	                                                 .turnover = TURNOVER_UNKNOWN,
	                                                 .limit = l->limit });
}

static void add_queues(struct limits *ls)
{
	array_each (&ls->moment->sockets, s) {
		if (s->state != STATE_LISTEN || !ls->moment->netns.items[s->netns].in_scope)
			continue;
		/* One more than the limit may wait: sk_acceptq_is_full() asks for "more than". */
		struct limit *l = limit_add(ls, LIMIT_QUEUE, s->netns, s->recv_q, (uint64_t)s->send_q + 1);
		l->socket = (uint32_t)(s - ls->moment->sockets.items);
		l->forecast.why = "a queue fills and empties with the pace of its program";
	}
}

/* What came to and went from a process between the looks, as far as sockets tell: the scatter of its count. */
static void count_turnover(const struct moment *m, uint32_t *turnover)
{
	array_each (&m->sockets, s) {
		if (!socket_has(s, SOCKET_NEW))
			continue;
		moment_each_holder (m, s, h)
			turnover[h->process]++;
	}
	array_each (&m->gone, t)
		if (t->process < m->processes.count)
			turnover[t->process]++;
}

static void add_descriptors(struct limits *ls)
{
	const struct moment *m = ls->moment;
	cleanup(cleanup_free) uint32_t *turnover = memory_zeroed((m->processes.count + 1) * sizeof(*turnover));

	count_turnover(m, turnover);
	for (uint32_t i = 0; i < m->processes.count; i++) {
		const struct process *p = &m->processes.items[i];
		if (!p->fd_limit || !p->fd_used)
			continue;
		struct limit *l = limit_add(ls, LIMIT_DESCRIPTORS, NETNS_UNKNOWN, p->fd_used, p->fd_limit);
		l->process = i;
		if (p->fd_used_before)
			l->forecast = count_forecast(m, &(struct count){ .before = p->fd_used_before,
			                                                 .now = p->fd_used,
			                                                 .turnover = turnover[i],
			                                                 .limit = p->fd_limit,
			                                                 .lifetime_ms = moment_lived_ms(m, i) });
		else
			l->forecast.why = "one look cannot tell; watch for 10 s: --window 10s";
	}
}

static void add_host(struct limits *ls, enum limit_kind kind, uint64_t before, uint64_t used, uint64_t limit)
{
	if (limit)
		limit_add(ls, kind, NETNS_UNKNOWN, used, limit)->forecast = count_forecast(
		        ls->moment, &(struct count){ .before = before,
		                                     .now = used,
		                                     .turnover = TURNOVER_UNKNOWN,
		                                     .limit = limit,
		                                     .lifetime_ms = ls->moment->taken_boot_ns / NS_PER_MS });
}

/* a.used / a.limit > b.used / b.limit, without division */
static int nearest_first(const void *x, const void *y)
{
	const struct limit *a = x, *b = y;
	unsigned __int128 left = (unsigned __int128)a->used * b->limit, right = (unsigned __int128)b->used * a->limit;
	int order = CMP(right, left);

	if (!order)
		order = CMP(a->kind, b->kind);
	if (!order)
		order = CMP(a->process, b->process);
	return order ? order : CMP(a->socket, b->socket);
}

void limits_descriptors(const struct moment *m, struct limits *ret)
{
	*ret = (struct limits){ .moment = m };
	add_descriptors(ret);
}

static void add_kernel(struct limits *ls)
{
	const struct host_limits *now = &ls->moment->limits, *before = &ls->moment->limits_before;

	cleanup(cleanup_free) struct usage *uses = use_time_waits(ls->moment);

	for (uint32_t n = 0; n < ls->moment->netns.count; n++) {
		add_time_waits(ls, n, &uses[n]);
		if (ls->moment->netns.items[n].in_scope)
			add_conntrack(ls, n);
	}
	add_host(ls, LIMIT_FILES, before->files_used, now->files_used, now->files_limit);
	add_host(ls, LIMIT_ORPHANS, before->orphans_used, now->orphans_used, now->orphans_limit);
	add_host(ls, LIMIT_MEMORY, before->tcp_pages, now->tcp_pages, now->tcp_pages_limit);
}

void limits_kernel(const struct moment *m, struct limits *ret)
{
	*ret = (struct limits){ .moment = m };
	add_kernel(ret);
}

/* More descriptors than the limit allows: a sandbox has lowered it when all it needs was open, and wants no other. */
static void drop_lowered(struct limits *ls)
{
	size_t kept = 0;

	array_each (&ls->rows, l)
		if (l->kind != LIMIT_DESCRIPTORS || l->used <= l->limit)
			ls->rows.items[kept++] = *l;
	ls->rows.count = kept;
}

void limits_collect(const struct port_map *map, struct limits *ret)
{
	const struct moment *m = map->moment;

	*ret = (struct limits){ .moment = m };
	for (uint32_t n = 0; n < m->netns.count; n++)
		if (m->netns.items[n].in_scope)
			add_ports(ret, map, n);
	add_queues(ret);
	add_descriptors(ret);
	drop_lowered(ret);
	add_kernel(ret);
	array_sort(&ret->rows, nearest_first);
}

void limits_free(struct limits *limits)
{
	array_free(&limits->rows);
}

static void add_netns(struct text *t, const struct netns *n)
{
	if (n->name)
		text_add(t, n->name);
	else
		text_printf(t, "net:[%llu]", (unsigned long long)n->inode);
}

void limit_subject(struct text *t, const struct moment *m, const struct limit *l)
{
	if (l->kind == LIMIT_PORTS_BIND || l->kind == LIMIT_PORTS_CONNECT)
		addr_format(t, &l->budget.asker.local);
	if (l->kind == LIMIT_PORTS_CONNECT) {
		text_add(t, " to ");
		endpoint_format(t, &l->budget.destination);
	}
	if (l->kind == LIMIT_DESCRIPTORS)
		process_add_name(t, &m->processes.items[l->process]);
	if (l->kind == LIMIT_QUEUE)
		endpoint_format(t, &m->sockets.items[l->socket].local);
	if (l->kind == LIMIT_TIME_WAIT || l->kind == LIMIT_CONNTRACK)
		add_netns(t, &m->netns.items[l->netns]);
	if (l->netns == NETNS_UNKNOWN && l->kind != LIMIT_DESCRIPTORS)
		text_add(t, m->host ?: "this host");
}
