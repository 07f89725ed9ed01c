/* From moments to ends: what the join needs of each socket, so that a moment can be freed before the next one is read.
 */
#include "fleet.h"
#include "flow.h"
#include "base/siphash.h"
#include "model/hash.h"

struct fleet *fleet_new(void)
{
	struct fleet *f = memory_zeroed(sizeof(*f));

	f->arena = arena_new();
	return f;
}

void fleet_free(struct fleet *f)
{
	if (!f)
		return;
	array_free(&f->hosts);
	array_free(&f->looks);
	array_free(&f->programs);
	array_free(&f->services);
	keyed_free(&f->service_index);
	array_free(&f->ends);
	array_free(&f->places);
	array_free(&f->pairs);
	array_free(&f->unread);
	arena_free(f->arena);
	free(f);
}

void fleet_cleanup(struct fleet **f)
{
	fleet_free(*f);
}

static uint64_t text_hash(const char *s, size_t length)
{
	static const uint8_t no_key[SIPHASH_KEY_BYTES];

	return siphash(no_key, s, length) ?: 1;
}

uint32_t fleet_intern_service(struct fleet *f, const char *name, size_t length)
{
	uint64_t key = text_hash(name, length);
	uint32_t at = keyed_find(&f->service_index, key);

	if (at != INDEX_NONE)
		return at;
	*array_push(&f->services) = arena_strndup(f->arena, name, length);
	keyed_add(&f->service_index, key, (uint32_t)f->services.count - 1);
	return (uint32_t)f->services.count - 1;
}

/* What a namespace of its own makes a host of its own (the laboratory's) counts, too: `unfin record --netns self` in
 * each of them is a host each. */
static uint64_t host_identity(const struct fleet *f, const char *file, const struct moment *m)
{
	const char *named = m->redacted ? file : m->host ?: file;
	const char *boot = m->boot_id ?: "";
	uint64_t id = hash_word(hash_word(1, text_hash(named, strlen(named))), text_hash(boot, strlen(boot)));

	array_each (&m->netns, n)
		if (n->self)
			id = hash_word(id, n->inode);
	return id;
}

static uint32_t find_host(struct fleet *f, const char *file, const struct moment *m)
{
	uint64_t id = host_identity(f, file, m);

	array_each (&f->hosts, h)
		if (h->id == id)
			return (uint32_t)(h - f->hosts.items);
	*array_push(&f->hosts) = (struct fleet_host){
		.id = id,
		.name = arena_strdup(f->arena, m->redacted ? file : m->host ?: file),
		.boot_id = m->redacted || !m->boot_id ? NULL : arena_strdup(f->arena, m->boot_id),
		.newest = FLEET_NONE,
	};
	return (uint32_t)f->hosts.count - 1;
}

static const char *first_gap(struct fleet *f, const struct moment *m)
{
	array_each (&m->coverage.gaps, g)
		if (!g->names_only)
			return arena_printf(f->arena, "%s: %s", g->what, g->why);
	return NULL;
}

static uint32_t own_netns(const struct moment *m)
{
	array_each (&m->netns, n)
		if (n->self)
			return (uint32_t)(n - m->netns.items);
	return NETNS_UNKNOWN;
}

static uint32_t add_look(struct fleet *f, const char *file, const struct moment *m, uint32_t host)
{
	uint32_t self = own_netns(m), at = (uint32_t)f->looks.count;
	const struct netns *own = self == NETNS_UNKNOWN ? NULL : &m->netns.items[self];

	*array_push(&f->looks) = (struct fleet_look){
		.host = host,
		.file = arena_strdup(f->arena, file),
		.taken_unix_ms = m->taken_unix_ms,
		.taken_boot_ns = m->taken_boot_ns,
		.gap = first_gap(f, m)
		               ?: own && own->in_scope ? NULL
		                                       : "its own network namespace was not looked at",
		.lost = m->window.calls_lost,
		.key_id = m->fleet_key_id,
		.redacted = m->redacted,
		.tracks = own && (own->tracks_unread || own->totals.conntrack_used),
		.tracks_unread = own && own->tracks_unread,
		.sockets = (uint32_t)m->sockets.count,
		.from_bpf = m->source && streq(m->source, "bpf"),
	};
	return at;
}

/* The newest look of a host stands for it. */
static void take_newest(struct fleet *f, uint32_t host, uint32_t look)
{
	struct fleet_host *h = &f->hosts.items[host];

	if (h->newest == FLEET_NONE || f->looks.items[h->newest].taken_unix_ms <= f->looks.items[look].taken_unix_ms)
		h->newest = look;
}

static void add_place(struct fleet *f, uint32_t host, const struct addr_range *range)
{
	if (addr_is_loopback(&range->addr) || addr_is_link_local(&range->addr) || addr_is_multicast(&range->addr))
		return;
	array_each (&f->places, p)
		if (p->host == host && p->range.bits == range->bits && addr_same(&p->range.addr, &range->addr))
			return;
	*array_push(&f->places) = (struct fleet_place){ *range, host };
}

static void add_places(struct fleet *f, const struct moment *m, uint32_t host)
{
	uint32_t self = own_netns(m);

	if (m->redacted)
		return;
	array_each (&m->addresses, a)
		if (a->netns == self && a->state == ADDRESS_READY)
			add_place(f, host, &a->range);
}

/* One moment on its way in. */
struct intake {
	struct fleet *fleet;
	const struct moment *moment;
	uint32_t host, look, self;
	uint32_t *programs;   /* by the moment's process: index, or FLEET_NONE */
	struct keyed listens; /* namespace and port: index of the moment's process, whose listener it is */
	struct keyed crossed; /* index of socket + 1 */
};

static uint32_t intake_program(struct intake *in, uint32_t process)
{
	const struct process *p = &in->moment->processes.items[process];
	struct fleet *f = in->fleet;
	const char *service;

	if (in->programs[process] != FLEET_NONE)
		return in->programs[process];
	size_t length = process_service(p, &service);
	uint32_t at = fleet_intern_service(f, service, length);
	*array_push(&f->programs) = (struct fleet_program){
		.name = arena_strdup(f->arena, p->comm),
		.pid = p->pid,
		.service = at,
		.started_unix_ms = p->start_unix_ms,
		.release = arena_strdup(f->arena, process_release(p)),
	};
	return in->programs[process] = (uint32_t)f->programs.count - 1;
}

static uint64_t listen_key(uint32_t netns, uint16_t port)
{
	return (uint64_t)netns << 17 | (uint64_t)port << 1 | 1;
}

static void find_listeners(struct intake *in)
{
	const struct moment *m = in->moment;

	array_each (&m->sockets, s) {
		const struct holder *h = s->state == STATE_LISTEN ? moment_holder(m, s->first_holder) : NULL;
		if (h)
			keyed_add(&in->listens, listen_key(s->netns, s->local.port), h->process);
	}
	array_each (&m->crossings, c) {
		if (c->client != INDEX_NONE)
			keyed_add(&in->crossed, c->client + 1ULL, 1);
		if (c->server != INDEX_NONE)
			keyed_add(&in->crossed, c->server + 1ULL, 1);
	}
}

/* Who has it, or, of one that its process has closed or not accepted yet, who listens where it came from. */
static uint32_t intake_holder(struct intake *in, const struct socket *s, uint8_t *flags)
{
	const struct holder *h = moment_holder(in->moment, s->first_holder);

	if (h)
		return intake_program(in, h->process);
	uint32_t listener = keyed_find(&in->listens, listen_key(s->netns, s->local.port));
	if (listener == INDEX_NONE)
		return FLEET_NONE;
	*flags |= END_LISTENED;
	return intake_program(in, listener);
}

static bool is_end(const struct socket *s)
{
	return s->state != STATE_LISTEN && s->state != STATE_CLOSE && s->state != STATE_SYN_SENT &&
	       s->state != STATE_SYN_RECV && s->peer.port && !socket_has(s, SOCKET_SUBFLOW);
}

static uint8_t intake_flags(const struct intake *in, const struct socket *s, const struct age *age)
{
	const struct moment *m = in->moment;
	bool small = s->timer == TIMER_TIME_WAIT; /* what is left of one that its process has closed: no counts */
	uint8_t flags = age->basis == AGE_UNKNOWN ? 0 : END_AGE;

	if (age->basis == AGE_EXACT)
		flags |= END_AGE_EXACT;
	if (socket_has(s, SOCKET_TIMES_KNOWN) && !small)
		flags |= END_TIMES | END_BYTES;
	if (keyed_has(&in->crossed, (uint64_t)(s - m->sockets.items) + 1))
		flags |= END_CROSSED;
	return flags;
}

static void intake_end(struct intake *in, const struct socket *s)
{
	struct fleet *f = in->fleet;
	const uint64_t netns = in->moment->netns.items[s->netns].inode, host = f->hosts.items[in->host].id;
	const struct age age = socket_age(s);
	uint8_t flags = intake_flags(in, s, &age);
	uint32_t program = intake_holder(in, s, &flags);
	uint64_t scope = flow_scope(host, netns, s->netns == in->self && !in->moment->redacted, &s->local, &s->peer);

	if (scope == SCOPE_OUTER)
		flags |= END_OUTER;
	*array_push(&f->ends) = (struct fleet_end){
		.flow = flow_id(scope, &s->local, &s->peer) ?: 1,
		.sequence = s->sequence,
		.sequence_unended = s->sequence_unended,
		.netns = netns,
		.local = s->local,
		.peer = s->peer,
		.look = in->look,
		.program = program,
		.since_data_ms = s->since_data_ms,
		.since_sent_ms = s->since_sent_ms,
		.since_ack_ms = s->since_ack_ms,
		.age_ms = (uint32_t)MIN(age.min_ms, (uint64_t)UINT32_MAX),
		.acked = s->acked_bytes,
		.received = s->received_bytes,
		.send_q = s->send_q,
		.recv_q = s->recv_q,
		.pair = FLEET_NONE,
		.state = s->state,
		.role = s->role,
		.unowned = s->unowned,
		.flags = flags,
	};
	f->looks.items[in->look].unfinished += s->state == STATE_CLOSE_WAIT && age.min_ms >= UNFINISHED_MS;
}

static void take_ends(struct intake *in)
{
	const struct moment *m = in->moment;

	in->programs = memory_resize(NULL, m->processes.count + 1, sizeof(*in->programs));
	memset(in->programs, 0xff, (m->processes.count + 1) * sizeof(*in->programs));
	find_listeners(in);
	array_each (&m->sockets, s)
		if (is_end(s))
			intake_end(in, s);
	free(in->programs);
	keyed_free(&in->listens);
	keyed_free(&in->crossed);
}

void fleet_add(struct fleet *f, const char *file, const struct moment *m)
{
	uint32_t host = find_host(f, file, m), look = add_look(f, file, m, host);
	struct intake in = { .fleet = f, .moment = m, .host = host, .look = look, .self = own_netns(m) };

	take_newest(f, host, look);
	add_places(f, m, host);
	take_ends(&in);
}

void fleet_miss(struct fleet *f, const char *file, const char *why)
{
	*array_push(&f->unread) =
	        (struct fleet_gap){ arena_strdup(f->arena, file), "all of it", arena_strdup(f->arena, why) };
}

uint32_t fleet_count_open(const struct fleet *f)
{
	uint32_t count = 0;

	array_each (&f->pairs, p)
		count += p->theirs == FLEET_NONE && p->verdict == PAIR_UNSURE;
	return count;
}

const struct fleet_host *fleet_host_of(const struct fleet *f, uint32_t end)
{
	return &f->hosts.items[f->looks.items[f->ends.items[end].look].host];
}

const struct fleet_program *fleet_program_of(const struct fleet *f, uint32_t end)
{
	uint32_t program = f->ends.items[end].program;

	return program == FLEET_NONE ? NULL : &f->programs.items[program];
}

const char *fleet_service_of(const struct fleet *f, uint32_t end)
{
	const struct fleet_program *p = fleet_program_of(f, end);

	return p ? f->services.items[p->service] : "-";
}
