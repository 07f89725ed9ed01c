#include "relays.h"
#include "pairs.h"
#include "programs.h"

enum {
	FOLLOWS_MS = 250, /* a busy relay passes on within this */
	LEAST = 3,        /* that two stamps agree may be chance */
};

/* One connection on which its program waits. `since_ms`: when it last sent there, which is when it last passed
 * something on. Stamps of acknowledgements say less: each answer to a keepalive probe moves them. There may be one for
 * each of a million sockets: so it is small. */
struct row {
	uint32_t waiter; /* of a program, and on what: waiter_of() */
	uint32_t since_ms;
	uint32_t socket;
};

static uint32_t waiter_of(uint32_t program, enum relay how)
{
	return program * (RELAY_CLIENTS + 1) + how;
}

struct relays {
	ARRAY(struct row) rows; /* sorted */
};

static int compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = CMP(x->waiter, y->waiter);

	if (!order)
		order = CMP(x->since_ms, y->since_ms);
	return order ? order : CMP(x->socket, y->socket);
}

/* Our end is finished and acknowledged, theirs has not come. */
static bool waits_for_end(const struct socket *s)
{
	return s->state == STATE_FIN_WAIT2 && socket_has(s, SOCKET_TIMES_KNOWN);
}

/* We have sent, and nothing has come back since. Where nothing ever came, the stamp is that of the handshake, in the
 * same tick of the kernel as what was sent right after it. */
static bool waits_for_answer(const struct socket *s)
{
	return s->state == STATE_ESTABLISHED && s->role == ROLE_CLIENT && socket_has(s, SOCKET_TIMES_KNOWN) &&
	       !s->recv_q && (s->since_data_ms > s->since_sent_ms || !s->received_bytes);
}

/* We have answered, and nothing has come since. */
static bool waits_for_client(const struct socket *s)
{
	return s->state == STATE_ESTABLISHED && s->role == ROLE_SERVER && socket_has(s, SOCKET_TIMES_KNOWN) &&
	       !s->recv_q && s->since_sent_ms <= s->since_data_ms;
}

static enum relay waits_of(const struct socket *s)
{
	return waits_for_end(s)      ? RELAY_ENDS
	       : waits_for_answer(s) ? RELAY_ANSWERS
	       : waits_for_client(s) ? RELAY_CLIENTS
	                             : RELAY_NO;
}

static const struct relays *inquiry_relays(struct inquiry *q)
{
	const struct moment *m = q->moment;

	if (q->relays)
		return q->relays;
	q->relays = memory_zeroed(sizeof(*q->relays));
	array_each (&m->sockets, s) {
		enum relay how = waits_of(s);
		const struct holder *h = moment_holder(m, s->first_holder);
		if (how == RELAY_NO || !h)
			continue;
		*array_push(&q->relays->rows) = (struct row){
			.waiter = waiter_of(program_of(inquiry_programs(q), h->process), how),
			.since_ms = s->since_sent_ms,
			.socket = (uint32_t)(s - m->sockets.items),
		};
	}
	array_sort(&q->relays->rows, compare_rows);
	return q->relays;
}

/* The first row of this program and kind, and how many there are. */
static const struct row *find_rows(const struct relays *relays, uint32_t program, enum relay how, size_t *ret_count)
{
	size_t low = 0, high = relays->rows.count;
	struct row key = { .waiter = waiter_of(program, how) };

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare_rows(&relays->rows.items[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	size_t end = low;
	while (end < relays->rows.count && relays->rows.items[end].waiter == key.waiter)
		end++;
	*ret_count = end - low;
	return end > low ? &relays->rows.items[low] : NULL;
}

typedef ARRAY(uint64_t) stamp_list;

/* When the last came that there was to pass on. */
static void find_stamps(const struct moment *m, const struct suspects *g, stamp_list *ret)
{
	for (size_t i = 0; i < g->count; i++) {
		const struct socket *s = &m->sockets.items[g->sockets[i]];
		if (s->state != STATE_CLOSE_WAIT || !socket_has(s, SOCKET_TIMES_KNOWN) || s->recv_q > 1)
			continue;
		*array_push(ret) = s->since_data_ms;
	}
	array_sort(ret, compare_u64);
}

/* Pairs them off, both in order: each with one that followed (a stamp counts back, so a later one is smaller). */
static size_t match(const stamp_list *stamps, const struct row *rows, size_t count, socket_list *waits_for)
{
	size_t matched = 0;

	for (size_t i = 0, k = 0; i < stamps->count && k < count;) {
		uint64_t stamp = stamps->items[i], since = rows[k].since_ms;
		if (since > stamp + FOLLOWS_MS) {
			i++;
		} else if (since + FOLLOWS_MS < stamp) {
			k++;
		} else {
			*array_push(waits_for) = rows[k].socket;
			matched++;
			i++;
			k++;
		}
	}
	return matched;
}

/* Between the sockets of this group and those on which `program` waits. */
static bool relays_by(struct inquiry *q, const struct suspects *g, uint32_t program, enum relay how,
                      socket_list *waits_for)
{
	stamp_list stamps = { 0 };
	size_t count, before = waits_for->count;
	const struct row *rows = find_rows(inquiry_relays(q), program, how, &count);

	if (count < LEAST)
		return false;
	find_stamps(q->moment, g, &stamps);
	size_t matched = match(&stamps, rows, count, waits_for);
	array_free(&stamps);
	if (matched >= LEAST && matched * 10 >= g->count * 9)
		return true;
	waits_for->count = before;
	return false;
}

/* Does it hold the other ends? Then it is their client, and no second half of the relay: what its clients ended at the
 * same moment as these are their own. */
static bool is_client(struct inquiry *q, const struct suspects *g, uint32_t program)
{
	for (size_t i = 0; i < g->count; i++) {
		uint32_t peer = pair_process(q, g->sockets[i]);
		if (peer != PROCESS_NONE && program_of(inquiry_programs(q), peer) == program)
			return true;
	}
	return false;
}

/* A program that may be the other half: each has its own descriptors, and what comes in at the one goes out at the
 * other. */
static bool relays_through(struct inquiry *q, const struct suspects *g, uint32_t program, socket_list *waits_for)
{
	size_t before = waits_for->count;

	if (program == program_of(inquiry_programs(q), g->process) || !relays_by(q, g, program, RELAY_ENDS, waits_for))
		return false;
	if (!is_client(q, g, program))
		return true;
	waits_for->count = before;
	return false;
}

/* One has started the other: a monitor and its worker, a proxy and its helper. */
static bool relays_through_family(struct inquiry *q, const struct suspects *g, socket_list *waits_for)
{
	const struct moment *m = q->moment;
	const struct process *own = &m->processes.items[g->process];

	array_each (&m->processes, p) {
		bool related = (own->ppid && p->pid == own->ppid) || (p->ppid && p->ppid == own->pid);
		uint32_t program = program_of(inquiry_programs(q), (uint32_t)(p - m->processes.items));
		if (related && relays_through(q, g, program, waits_for))
			return true;
	}
	return false;
}

/* Both hold an end of one connection that goes on: a tunnel, on which many are passed on (ssh -L). */
static bool relays_through_tunnel(struct inquiry *q, const struct suspects *g, socket_list *waits_for)
{
	const struct moment *m = q->moment;
	const struct programs *programs = inquiry_programs(q);
	uint32_t own = program_of(programs, g->process), last = PROCESS_NONE;

	array_each (&m->sockets, s) {
		const struct holder *h = moment_holder(m, s->first_holder);
		if (s->state != STATE_ESTABLISHED || !h || program_of(programs, h->process) != own)
			continue;
		uint32_t peer = pair_process(q, (uint32_t)(s - m->sockets.items));
		if (peer == PROCESS_NONE || program_of(programs, peer) == last)
			continue;
		last = program_of(programs, peer);
		if (relays_through(q, g, last, waits_for))
			return true;
	}
	return false;
}

enum relay relay_of(struct inquiry *q, const struct suspects *g, socket_list *waits_for)
{
	if (g->process == PROCESS_NONE)
		return RELAY_NO;
	uint32_t own = program_of(inquiry_programs(q), g->process);
	if (relays_by(q, g, own, RELAY_ENDS, waits_for))
		return RELAY_ENDS;
	if (g->end_is_listener && relays_by(q, g, own, RELAY_ANSWERS, waits_for))
		return RELAY_ANSWERS;
	if (relays_through_tunnel(q, g, waits_for) || (g->end_is_listener && relays_through_family(q, g, waits_for)))
		return RELAY_ENDS;
	return !g->end_is_listener && relays_by(q, g, own, RELAY_CLIENTS, waits_for) ? RELAY_CLIENTS : RELAY_NO;
}

void relays_free(struct relays *relays)
{
	if (!relays)
		return;
	array_free(&relays->rows);
	free(relays);
}
