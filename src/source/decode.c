#include "decode.h"
#include "base/clock.h"
#include <errno.h>

void decoder_begin(struct decoder *d, struct moment *m, struct doors *doors, const struct fleet_key *fleet_key,
                   bool second)
{
	*d = (struct decoder){
		.moment = m,
		.doors = doors,
		.fleet_key = fleet_key,
		.tick_ns = clock_tick_ns(),
		.boot_offset_ns = clock_boot_offset_ns(),
		.netns = NETNS_UNKNOWN,
		.skip_task = true, /* whose descriptors come is told first */
	};
	look_begin(&d->look, m, second);
	index_init(&d->table_index, NULL, sizeof(uint64_t), 0);
}

void decoder_end(struct decoder *d, bool failed)
{
	if (failed)
		look_drop(&d->look);
	else
		look_end(&d->look);
	index_free(&d->table_index);
	array_free(&d->held);
	array_free(&d->known);
	array_free(&d->requests);
	array_free(&d->tables);
}

/* A table by its address and owner; owner 0 stands for every process that shares it. files_struct is aligned
 * to a cache line, and a pid has 22 bits. */
static uint64_t table_key(uint64_t files, uint32_t tgid)
{
	return files >> 6 << 22 | tgid;
}

static bool table_seen(struct decoder *d, uint64_t key)
{
	if (index_find(&d->table_index, key) != INDEX_NONE)
		return true;
	*array_push(&d->tables) = key;
	index_move(&d->table_index, d->tables.items);
	index_add(&d->table_index, (uint32_t)d->tables.count - 1);
	return false;
}

/* Threads of one process mostly share one table, and the iterator then shows one of them. It shows several
 * where the leader has gone, and other processes may share it, too (clone(CLONE_FILES)). The address of a
 * table may be used again by a new process during the dump: so only a shared one is looked up without owner. */
static bool table_told(struct decoder *d, const struct record_task *r)
{
	return table_seen(d, table_key(r->files, r->shared ? 0 : r->tgid));
}

static void decode_task(struct decoder *d, const struct record_task *r)
{
	d->skip_task = table_told(d, r);
	if (r->netns)
		doors_add_task(d->doors, r->netns, r->tgid, r->tid);
	uint32_t netns = r->netns ? moment_netns(d->moment, r->netns) : NETNS_UNKNOWN;
	d->process = moment_process(d->moment, r->tgid, r->start_boot_ns + d->boot_offset_ns);
	struct process *p = &d->moment->processes.items[d->process];
	p->uid = r->uid;
	p->ppid = r->ppid;
	p->netns = netns;
	memcpy(p->comm, r->comm, sizeof(p->comm) - 1);
}

static uint32_t decode_netns(struct decoder *d, uint32_t inode)
{
	if (d->netns == NETNS_UNKNOWN || d->netns_inode != inode) {
		d->netns = moment_netns(d->moment, inode);
		d->netns_inode = inode;
	}
	return d->netns;
}

static uint32_t ticks_to_ms(const struct decoder *d, uint32_t ticks)
{
	return (uint32_t)MIN(ticks * d->tick_ns / NS_PER_MS, (uint64_t)UINT32_MAX - 1);
}

static uint32_t decode_flags(const struct record_socket *r)
{
	static const struct {
		uint32_t record, socket;
	} rows[] = {
		{ RECORD_FILE, SOCKET_HAS_FILE },
		{ RECORD_KEEPALIVE, SOCKET_KEEPALIVE },
		{ RECORD_BOUND_PORT, SOCKET_BOUND_PORT },
		{ RECORD_BOUND_ADDR, SOCKET_BOUND_ADDR },
		{ RECORD_REUSEADDR, SOCKET_REUSEADDR },
		{ RECORD_REUSEPORT, SOCKET_REUSEPORT },
		{ RECORD_V6ONLY, SOCKET_V6ONLY },
		{ RECORD_TIMESTAMPS, SOCKET_TIMESTAMPS },
		{ RECORD_WINDOW_ZERO, SOCKET_PEER_WINDOW_ZERO },
		{ RECORD_MPTCP, SOCKET_MPTCP },
		{ RECORD_SUBFLOW, SOCKET_SUBFLOW },
		{ RECORD_BUCKET, SOCKET_BUCKET_KNOWN },
		{ RECORD_TIMES, SOCKET_TIMES_KNOWN },
		{ RECORD_RECV_SHUT, SOCKET_RECV_SHUT },
		{ RECORD_SEND_SHUT, SOCKET_SEND_SHUT },
		{ RECORD_BOUND_DEV, SOCKET_BOUND_DEV },
		{ RECORD_RECV_FULL, SOCKET_RECV_FULL },
		{ RECORD_NOT_PROBED, SOCKET_NOT_PROBED },
		{ RECORD_DONE_FIN, SOCKET_FIN_CAME },
		{ RECORD_PORT_LOST, SOCKET_PORT_LOST },
		{ RECORD_VRF, SOCKET_VRF },
	};
	uint32_t flags = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (r->flags & rows[i].record)
			flags |= rows[i].socket;
	return flags;
}

enum tcp_state decode_state(uint8_t state)
{
	switch (state) {
	case 12: /* TCP_NEW_SYN_RECV: a request, for people SYN_RECV */
		return STATE_SYN_RECV;
	case 13: /* TCP_BOUND_INACTIVE */
		return STATE_CLOSE;
	default:
		return state < STATE_COUNT ? state : STATE_NONE;
	}
}

/* Why no process holds it; a holder, found before or after, overrules this (moment_derive). */
static enum unowned decode_unowned(const struct record_socket *r)
{
	if (r->flags & RECORD_TIME_WAIT)
		return r->state == STATE_TIME_WAIT ? UNOWNED_TIME_WAIT : UNOWNED_ORPHAN;
	if (r->flags & RECORD_REQUEST)
		return UNOWNED_REQUEST;
	if (r->flags & RECORD_KERNEL) /* some of the kernel's own have a file, too (RPC) */
		return UNOWNED_KERNEL;
	if (r->flags & RECORD_FILE)
		return UNOWNED_UNKNOWN;
	if (r->flags & RECORD_DEAD)
		return UNOWNED_ORPHAN;
	if (r->flags & RECORD_SOCKET)
		return UNOWNED_KERNEL;
	return UNOWNED_NOT_ACCEPTED;
}

static void decode_endpoint(struct endpoint *e, const struct record_socket *r, const uint8_t bytes[16], uint16_t port)
{
	memcpy(e->addr.bytes, bytes, 16);
	e->addr.v6 = (r->flags & RECORD_V6) != 0;
	e->port = port;
}

/* Only of connections that stand: what was never answered has no other end. The FIN has a number of its own. */
static void decode_sequence(const struct decoder *d, const struct record_socket *r, struct socket *s)
{
	const unsigned ended =
	        1U << STATE_CLOSE_WAIT | 1U << STATE_LAST_ACK | 1U << STATE_CLOSING | 1U << STATE_TIME_WAIT;
	const unsigned stands = ended | 1U << STATE_ESTABLISHED | 1U << STATE_FIN_WAIT1 | 1U << STATE_FIN_WAIT2;

	if (!d->fleet_key || !(r->flags & RECORD_SEQUENCE) || !(stands >> s->state & 1))
		return;
	s->sequence = sequence_id(d->fleet_key, r->snd_nxt, r->rcv_nxt);
	if (ended >> s->state & 1)
		s->sequence_unended = sequence_id(d->fleet_key, r->snd_nxt, r->rcv_nxt - 1);
}

static uint64_t cookie_of(const struct record_socket *r)
{
	return r->flags & RECORD_MPTCP ? socket_mptcp_cookie(r->cookie, r->state, r->inode) : r->cookie;
}

static void decode_facts(struct decoder *d, const struct record_socket *r, struct socket *s)
{
	*s = (struct socket){
		.cookie = cookie_of(r),
		.cgroup = r->cgroup,
		.inode = r->inode,
		.uid = r->uid,
		.netns = decode_netns(d, r->netns),
		.first_holder = HOLDER_NONE,
		.flags = decode_flags(r),
		.recv_q = r->recv_q,
		.send_q = r->send_q,
		.acked_bytes = r->acked,
		.received_bytes = r->received,
		.timer_ms = r->timer_left > 0 ? ticks_to_ms(d, (uint32_t)r->timer_left) : 0,
		.fastreuse = r->fastreuse,
		.fastreuseport = r->fastreuseport,
		.state = decode_state(r->state),
		.timer = r->timer,
		.retransmits = r->retransmits,
		.backoff = r->backoff,
		.unowned = decode_unowned(r),
	};
	decode_endpoint(&s->local, r, r->local, r->local_port);
	decode_endpoint(&s->peer, r, r->peer, r->peer_port);
	s->since_data_ms = ticks_to_ms(d, r->since_data);
	s->since_ack_ms = ticks_to_ms(d, r->since_ack);
	s->since_sent_ms = ticks_to_ms(d, r->since_sent);
	if (r->flags & RECORD_TIME_WAIT) /* it neither sends nor takes data any more */
		s->since_data_ms = s->since_ack_ms = s->since_sent_ms = r->since_ack;
	if (r->since_data == UINT32_MAX || r->since_ack == UINT32_MAX)
		s->flags &= ~(uint32_t)SOCKET_TIMES_KNOWN;
	/* The FIN counts as one unread byte until the program has read EOF. */
	if (s->state == STATE_CLOSE_WAIT && s->recv_q)
		s->flags |= SOCKET_EOF_UNREAD;
	decode_sequence(d, r, s);
}

static struct socket *decode_socket(struct decoder *d, const struct record_socket *r)
{
	struct socket facts;

	decode_facts(d, r, &facts);
	return look_put(&d->look, &facts);
}

uint64_t decoder_requests(const struct decoder *d, uint32_t netns)
{
	return netns < d->requests.count ? d->requests.items[netns] : 0;
}

static void count_requests(struct decoder *d, const struct socket *s, uint16_t requests)
{
	while (d->requests.count <= s->netns)
		array_push(&d->requests);
	d->requests.items[s->netns] += requests;
}

/* Two sets of cookies with the same tally are the same set: on a quiet host that spares a search for each. */
static void tally_add(struct tally *t, uint64_t cookie)
{
	t->count++;
	t->sum += cookie;
	t->squares += cookie * cookie;
}

/* Those that the kernel's table must show, too: bound only, dead, and Multipath TCP are in none of its chains. */
static void tally_held(struct decoder *d, const struct socket *s)
{
	while (d->held.count <= s->netns)
		array_push(&d->held);
	if (s->state != STATE_CLOSE && !socket_has(s, SOCKET_MPTCP))
		tally_add(&d->held.items[s->netns], s->cookie);
}

static void decode_held(struct decoder *d, const struct record_socket *r)
{
	if (d->skip_task)
		return;
	struct socket *s = look_find(&d->look, cookie_of(r));
	if (!s) {
		s = decode_socket(d, r);
		tally_held(d, s);
		if (r->requests)
			count_requests(d, s, r->requests);
	}
	moment_hold(d->moment, s, d->process, r->fd);
}

/* In the table after the descriptors were walked: what is there now is newer than what was held then. */
static void decode_table(struct decoder *d, const struct record_socket *r)
{
	if (!(r->flags & RECORD_FILE) || !look_find(&d->look, r->cookie))
		decode_socket(d, r);
}

static void decode_known(struct decoder *d, const struct record_socket *r)
{
	tally_add(&d->known_tally, r->cookie);
	*array_push(&d->known) = r->cookie;
}

void decoder_table_begin(struct decoder *d)
{
	d->known.count = 0;
	d->known_tally = (struct tally){ 0 };
}

bool decoder_table_unseen(const struct decoder *d, uint32_t netns)
{
	const struct tally none = { 0 }, *held = netns < d->held.count ? &d->held.items[netns] : &none;

	if (!memcmp(held, &d->known_tally, sizeof(*held)))
		return false;
	array_each (&d->known, cookie)
		if (!look_find(&d->look, *cookie))
			return true;
	return false;
}

static void decode_door(struct decoder *d, const struct record_door *r)
{
	if (r->door == DOOR_TASK)
		doors_add_task(d->doors, r->netns, r->tgid, r->tid);
	else if (r->door == DOOR_FILE)
		doors_add_file(d->doors, r->netns, r->tgid, r->fd);
	else
		doors_add_socket(d->doors, r->netns, r->tgid, r->fd);
}

ssize_t decoder_feed(struct decoder *d, const char *bytes, size_t length)
{
	static const size_t sizes[] = {
		[RECORD_TASK] = sizeof(struct record_task),    [RECORD_HELD] = sizeof(struct record_socket),
		[RECORD_TABLE] = sizeof(struct record_socket), [RECORD_KNOWN] = offsetof(struct record_socket, cgroup),
		[RECORD_DOOR] = sizeof(struct record_door),
	};
	size_t at = 0;

	while (length - at >= sizeof(uint32_t)) {
		uint32_t kind;
		memcpy(&kind, bytes + at, sizeof(kind));
		if (kind >= ARRAY_SIZE(sizes) || !sizes[kind]) /* of another reader, or of none */
			return -EPROTO;
		if (length - at < sizes[kind])
			break;
		const void *record = bytes + at;
		if (kind == RECORD_TASK)
			decode_task(d, record);
		else if (kind == RECORD_HELD)
			decode_held(d, record);
		else if (kind == RECORD_TABLE)
			decode_table(d, record);
		else if (kind == RECORD_DOOR)
			decode_door(d, record);
		else
			decode_known(d, record);
		at += sizes[kind];
	}
	return (ssize_t)at;
}
