/* Which connections are told of: those that are unfinished, and those that have been idle for long. */
#include "fleet/flow.h"
#include "model/keyed.h"
#include "rows.h"

static bool is_unfinished(const struct socket *s)
{
	return state_is_unfinished(s->state) || (s->state == STATE_CLOSE && socket_has(s, SOCKET_WAS_CONNECTED));
}

/* Keepalive's probes are no use of it. */
static uint32_t idle_ms(const struct socket *s)
{
	return socket_has(s, SOCKET_TIMES_KNOWN) ? MIN(s->since_data_ms, s->since_sent_ms) : 0;
}

static bool is_idle(const struct socket *s)
{
	return s->state == STATE_ESTABLISHED && idle_ms(s) >= ROWS_IDLE_MS;
}

static bool is_told(const struct moment *m, const struct socket *s)
{
	return s->peer.port && !socket_has(s, SOCKET_SUBFLOW) && m->netns.items[s->netns].in_scope;
}

static bool is_outer(const struct moment *m, const struct socket *s)
{
	return m->netns.items[s->netns].self;
}

static uint64_t scope_of(const struct rows_plan *p, const struct socket *s)
{
	const struct moment *m = p->moment;

	return flow_scope(p->host_id, m->netns.items[s->netns].inode, is_outer(m, s), &s->local, &s->peer);
}

/* From the last data to the peer's FIN, where both are known exactly. */
static uint32_t fin_after_ms(const struct socket *s)
{
	struct age a = socket_finished_age(s);

	return s->state == STATE_CLOSE_WAIT && a.basis == AGE_EXACT && s->since_data_ms > a.min_ms
	               ? (uint32_t)(s->since_data_ms - a.min_ms)
	               : 0;
}

static void set_process(struct suspect_row *row, const struct process *p, struct arena *arena)
{
	if (!p)
		return;
	row->pid = p->pid;
	row->started_ms = p->start_unix_ms;
	row->comm = rows_name(p->comm, arena);
	row->service = rows_service(p, arena);
	row->release = rows_name(rows_release(p), arena);
}

static void set_ages(struct suspect_row *row, const struct socket *s)
{
	struct age a = socket_age(s);

	row->age_basis = (uint8_t)a.basis;
	row->age_ms = a.basis == AGE_UNKNOWN ? 0 : a.min_ms;
	/* What is left of one that its process has closed has no counts any more. */
	row->times_known = socket_has(s, SOCKET_TIMES_KNOWN) && s->timer != TIMER_TIME_WAIT;
	row->idle_ms = idle_ms(s);
	row->since_data_ms = s->since_data_ms;
	row->since_sent_ms = s->since_sent_ms;
	row->since_ack_ms = s->since_ack_ms;
	row->fin_after_ms = fin_after_ms(s);
}

/* What all suspects of a look have in common. */
struct telling {
	const struct rows_plan *plan;
	const char **causes;    /* by socket; NULL: no finding is about it */
	struct keyed listeners; /* namespace and port: index of a process */
	struct keyed crossed;   /* sockets that conntrack has as translated */
	struct arena *arena;
	struct row_set *rows;
};

static uint64_t listener_key(const struct socket *s)
{
	return (uint64_t)s->netns << 17 | (uint64_t)s->local.port << 1 | 1;
}

static void find_listeners(struct telling *t)
{
	const struct moment *m = t->plan->moment;

	array_each (&m->sockets, s) {
		const struct holder *h = s->state == STATE_LISTEN ? moment_holder(m, s->first_holder) : NULL;
		if (h)
			keyed_add(&t->listeners, listener_key(s), h->process);
	}
}

static uint64_t crossed_key(uint32_t socket)
{
	return socket + 1ULL;
}

static void find_crossed(struct telling *t)
{
	array_each (&t->plan->moment->crossings, c) {
		if (c->client != INDEX_NONE)
			keyed_add(&t->crossed, crossed_key(c->client), 1);
		if (c->server != INDEX_NONE)
			keyed_add(&t->crossed, crossed_key(c->server), 1);
	}
}

/* In a namespace of its own what leaves it is translated, mostly, and where to is not known here. */
static enum row_nat nat_of(const struct telling *t, const struct socket *s)
{
	const struct moment *m = t->plan->moment;
	bool within = addr_is_loopback(&s->peer.addr);

	if (keyed_has(&t->crossed, crossed_key((uint32_t)(s - m->sockets.items))))
		return ROW_NAT_KNOWN;
	return m->netns.items[s->netns].tracks_unread || (!is_outer(m, s) && !within) ? ROW_NAT_UNKNOWN : ROW_NAT_NONE;
}

/* Who has it, or, of one that its process has closed or not accepted yet, who listens where it came from. */
static const struct process *process_of(const struct telling *t, const struct socket *s)
{
	const struct moment *m = t->plan->moment;
	uint32_t listener = keyed_find(&t->listeners, listener_key(s));

	return moment_owner(m, s) ?: listener == INDEX_NONE ? NULL : &m->processes.items[listener];
}

static void add_suspect(const struct telling *t, const struct socket *s, uint64_t flow)
{
	const struct rows_plan *p = t->plan;
	const struct moment *m = p->moment;
	struct suspect_row *row = row_push(t->rows, ROW_SUSPECT);

	*row = (struct suspect_row){
		.at_ms = rows_time_ms(p),
		.flow_id = flow,
		.seq_id = s->sequence,
		.seq_unended = s->sequence_unended,
		.scope = scope_of(p, s),
		.netns = m->netns.items[s->netns].inode,
		.cookie = s->cookie,
		.lport = s->local.port,
		.rport = s->peer.port,
		.role = s->role == ROLE_CLIENT   ? ROW_ROLE_CLIENT
		        : s->role == ROLE_SERVER ? ROW_ROLE_SERVER
		                                 : ROW_ROLE_UNKNOWN,
		.state = s->state,
		.nat = nat_of(t, s),
		.ended = s->unowned == UNOWNED_ORPHAN,
		.held = s->first_holder != HOLDER_NONE,
		.unowned = s->unowned,
		.rx_queue = s->recv_q,
		.tx_queue = s->send_q,
		.bytes_acked = s->acked_bytes,
		.bytes_received = s->received_bytes,
		.cause = t->causes[s - m->sockets.items],
	};
	memcpy(row->laddr, s->local.addr.bytes, sizeof(row->laddr));
	memcpy(row->raddr, s->peer.addr.bytes, sizeof(row->raddr));
	set_ages(row, s);
	set_process(row, process_of(t, s), t->arena);
}

/* Both ends choose alike, by the connection's own number; and k is told, so that who misses one knows why. */
static uint8_t sample_of(const struct moment *m)
{
	uint64_t idle = 0;
	uint8_t k = 0;

	array_each (&m->sockets, s)
		idle += is_told(m, s) && is_idle(s);
	while (idle >> k > ROWS_IDLE_MOST)
		k++;
	return k;
}

/* The cause of the finding that is about a socket; NULL: none is. The caller frees the list. */
static const char **causes_of(const struct rows_plan *p)
{
	const char **causes = memory_zeroed((p->moment->sockets.count + 1) * sizeof(*causes));

	array_each (&p->judgement->findings, f)
		array_each (&f->sockets, s)
			causes[*s] = causes[*s] ?: f->id;
	return causes;
}

struct rows_suspects rows_add_suspects(const struct rows_plan *p, struct arena *arena, struct row_set *ret)
{
	const struct moment *m = p->moment;
	struct rows_suspects told = { .sample_k = sample_of(m) };
	struct telling t = { .plan = p, .causes = causes_of(p), .arena = arena, .rows = ret };

	find_listeners(&t);
	find_crossed(&t);
	array_each (&m->sockets, s) {
		bool unfinished = is_unfinished(s);
		if (!is_told(m, s) || !(unfinished || is_idle(s)))
			continue;
		uint64_t flow = flow_id(scope_of(p, s), &s->local, &s->peer);
		if (!unfinished && flow & ((1ULL << told.sample_k) - 1))
			continue;
		if (ret->of[ROW_SUSPECT].count >= ROWS_SUSPECTS_MOST)
			told.lost++;
		else
			add_suspect(&t, s, flow);
	}
	free(t.causes);
	keyed_free(&t.listeners);
	keyed_free(&t.crossed);
	return told;
}
