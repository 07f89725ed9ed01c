/* The container of facts, and the facts that follow from other facts. */
#include "moment.h"

enum { PID_BITS = 22, START_STEP_NS = 10 * NS_PER_MS }; /* pid_max is at most 2^22 (include/linux/threads.h) */

struct moment *moment_new(void)
{
	struct moment *m = memory_zeroed(sizeof(*m));

	m->arena = arena_new();
	return m;
}

void moment_free(struct moment *m)
{
	if (!m)
		return;
	array_free(&m->sockets);
	array_free(&m->holders);
	array_free(&m->processes);
	index_free(&m->process_index);
	array_free(&m->netns);
	array_free(&m->addresses);
	array_free(&m->gone);
	array_free(&m->failures);
	array_free(&m->departures);
	array_free(&m->departures_before);
	array_free(&m->traffic);
	array_free(&m->first_closes);
	array_free(&m->awaited);
	array_free(&m->standings);
	array_free(&m->sites);
	array_free(&m->openings);
	array_free(&m->translations);
	array_free(&m->crossings);
	array_free(&m->narrowed);
	array_free(&m->coverage.gaps);
	arena_free(m->arena);
	free(m);
}

void moment_cleanup(struct moment **m)
{
	moment_free(*m);
}

static uint64_t process_key(uint32_t pid, uint64_t start_boot_ns)
{
	return start_boot_ns / START_STEP_NS << PID_BITS | pid;
}

bool moment_has_process(const struct moment *m, uint32_t pid, uint64_t start_boot_ns)
{
	return m->process_index.slots && index_find(&m->process_index, process_key(pid, start_boot_ns)) != INDEX_NONE;
}

uint32_t moment_process(struct moment *m, uint32_t pid, uint64_t start_boot_ns)
{
	uint64_t key = process_key(pid, start_boot_ns);

	if (!m->process_index.slots)
		index_init(&m->process_index, NULL, sizeof(struct process), 0);
	uint32_t found = index_find(&m->process_index, key);
	if (found != INDEX_NONE)
		return found;
	struct process *p = array_push(&m->processes);
	p->key = key;
	p->pid = pid;
	p->start_boot_ns = start_boot_ns;
	p->netns = NETNS_UNKNOWN;
	if (m->taken_unix_ms) /* signed: it may have started while the look was taken */
		p->start_unix_ms =
		        m->taken_unix_ms + (uint64_t)((int64_t)(start_boot_ns - m->taken_boot_ns) / (int64_t)NS_PER_MS);
	index_move(&m->process_index, &m->processes.items[0].key);
	index_add(&m->process_index, (uint32_t)m->processes.count - 1);
	return (uint32_t)m->processes.count - 1;
}

uint32_t moment_name(struct moment *m, const struct process *p)
{
	uint32_t index = moment_process(m, p->pid, p->start_boot_ns);
	struct process *to = &m->processes.items[index];

	memcpy(to->comm, p->comm, sizeof(to->comm));
	to->uid = p->uid;
	to->ppid = p->ppid;
	to->start_unix_ms = p->start_unix_ms;
	return index;
}

uint32_t moment_move_process(struct moment *m, const struct moment *from, uint32_t process)
{
	size_t before = m->processes.count;

	if (process >= from->processes.count)
		return process;
	const struct process *p = &from->processes.items[process];
	uint32_t index = moment_process(m, p->pid, p->start_boot_ns);
	if (m->processes.count == before)
		return index;
	struct process *to = &m->processes.items[index];
	const char **texts[] = { &to->tracer,         &to->cmdline,  &to->exe,  &to->cwd,
		                 &to->user,           &to->ended_in, &to->unit, &to->container,
		                 &to->container_name, &to->pod };
	*to = *p;
	to->netns = moment_move_netns(m, from, p->netns);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		*texts[i] = *texts[i] ? arena_strdup(m->arena, *texts[i]) : NULL;
	return index;
}

uint64_t moment_lived_ms(const struct moment *m, uint32_t process)
{
	uint64_t start_ns = m->processes.items[process].start_boot_ns;

	return start_ns && start_ns <= m->taken_boot_ns ? (m->taken_boot_ns - start_ns) / NS_PER_MS : 0;
}

uint32_t moment_netns(struct moment *m, uint64_t inode)
{
	array_each (&m->netns, n)
		if (n->inode == inode)
			return (uint32_t)(n - m->netns.items);
	array_push(&m->netns)->inode = inode;
	return (uint32_t)m->netns.count - 1;
}

uint32_t moment_move_netns(struct moment *m, const struct moment *from, uint32_t netns)
{
	return netns < from->netns.count ? moment_netns(m, from->netns.items[netns].inode) : netns;
}

/* The order of keys is that of starts: where pids have wrapped, a child's may be the lower one. */
static bool holds_before(const struct moment *m, const struct holder *h, uint32_t process)
{
	return m->processes.items[h->process].key <= m->processes.items[process].key;
}

void moment_hold(struct moment *m, struct socket *s, uint32_t process, uint32_t fd)
{
	uint32_t before = HOLDER_NONE, at = s->first_holder;

	for (; at != HOLDER_NONE && holds_before(m, &m->holders.items[at], process); at = m->holders.items[at].next) {
		if (m->holders.items[at].process == process && m->holders.items[at].fd == fd)
			return;
		before = at;
	}
	uint32_t added = (uint32_t)m->holders.count;
	*array_push(&m->holders) = (struct holder){ .process = process, .fd = fd, .next = at };
	*(before == HOLDER_NONE ? &s->first_holder : &m->holders.items[before].next) = added;
}

static struct gap *add_gap(struct moment *m, const char *what, const char *why)
{
	array_each (&m->coverage.gaps, told)
		if (streq(told->what, what) && streq(told->why, why))
			return told;
	struct gap *g = array_push(&m->coverage.gaps);
	g->what = arena_strdup(m->arena, what);
	g->why = arena_strdup(m->arena, why);
	return g;
}

void moment_gap(struct moment *m, const char *what, const char *why, const char *mend)
{
	struct gap *g = add_gap(m, what, why);

	g->mend = mend ? arena_strdup(m->arena, mend) : NULL;
}

void moment_gap_names(struct moment *m, const char *what, const char *why)
{
	add_gap(m, what, why)->names_only = true;
}

bool moment_is_complete(const struct moment *m)
{
	array_each (&m->coverage.gaps, g)
		if (!g->names_only)
			return false;
	return true;
}

/* Where something listens: namespace and port in one number, sorted. */
struct listening {
	ARRAY(uint64_t) ports;
};

static uint64_t port_key(uint32_t netns, uint16_t port)
{
	return (uint64_t)netns << 16 | port;
}

static bool listens(const struct listening *l, uint32_t netns, uint16_t port)
{
	uint64_t key = port_key(netns, port);

	return l->ports.count && bsearch(&key, l->ports.items, l->ports.count, sizeof(key), compare_u64);
}

/* A bind bucket made by connect() (both -1) belongs to a client. Else the side that has a listener on its
 * port is the server; a client that bound explicitly is one if its peer's port is a listener here. */
static enum socket_role role_of(const struct socket *s, const struct listening *l)
{
	if (s->state == STATE_LISTEN)
		return ROLE_LISTENER;
	if (!s->peer.port)
		return ROLE_UNKNOWN;
	if (s->state == STATE_SYN_SENT)
		return ROLE_CLIENT;
	if (socket_has(s, SOCKET_BUCKET_KNOWN) && s->fastreuse < 0 && s->fastreuseport < 0)
		return ROLE_CLIENT;
	if (s->unowned == UNOWNED_NOT_ACCEPTED || s->unowned == UNOWNED_REQUEST || listens(l, s->netns, s->local.port))
		return ROLE_SERVER;
	if (listens(l, s->netns, s->peer.port) && addr_is_loopback(&s->peer.addr))
		return ROLE_CLIENT;
	return ROLE_UNKNOWN;
}

struct by_inode {
	uint32_t inode, socket;
};
typedef ARRAY(struct by_inode) inode_list;

static int compare_inodes(const void *a, const void *b)
{
	const struct by_inode *x = a, *y = b;

	return CMP(x->inode, y->inode);
}

static struct by_inode *inode_find(const inode_list *l, uint32_t inode)
{
	struct by_inode key = { .inode = inode };

	return inode ? bsearch(&key, l->items, l->count, sizeof(key), compare_inodes) : NULL;
}

static void inodes_sort(inode_list *l)
{
	size_t kept = 0;

	array_sort(l, compare_inodes);
	for (size_t i = 0; i < l->count; i++)
		if (!i || l->items[i].inode != l->items[i - 1].inode)
			l->items[kept++] = l->items[i];
	l->count = kept;
}

/* A few rows, and perhaps a million sockets: so it is the rows that are sorted. */
void moment_find_awaited(const struct moment *m, awaited_list *list)
{
	inode_list wanted = { 0 };
	size_t kept = 0;

	array_each (list, a)
		*array_push(&wanted) = (struct by_inode){ a->inode, UINT32_MAX };
	if (!wanted.count)
		return;
	inodes_sort(&wanted);
	array_each (&m->sockets, s) {
		struct by_inode *found = inode_find(&wanted, s->inode);
		if (found)
			found->socket = (uint32_t)(s - m->sockets.items);
	}
	array_each (list, a) {
		const struct by_inode *found = inode_find(&wanted, a->inode);
		if (!found || found->socket == UINT32_MAX)
			continue;
		a->socket = found->socket;
		list->items[kept++] = *a;
	}
	list->count = kept;
	array_free(&wanted);
}

void moment_derive(struct moment *m)
{
	struct listening l = { 0 };

	array_each (&m->sockets, s)
		if (s->state == STATE_LISTEN)
			*array_push(&l.ports) = port_key(s->netns, s->local.port);
	array_sort(&l.ports, compare_u64);
	array_each (&m->sockets, s) {
		if (s->first_holder != HOLDER_NONE)
			s->unowned = UNOWNED_NO;
		/* After a refused connect() the peer is still set, but nothing was ever acknowledged. */
		if (s->state == STATE_CLOSE && s->peer.port && (s->acked_bytes || s->received_bytes))
			s->flags |= SOCKET_WAS_CONNECTED;
		s->role = role_of(s, &l);
	}
	moment_find_awaited(m, &m->awaited);
	array_free(&l.ports);
}

void moment_count_states(const struct moment *m, uint64_t ret[STATE_COUNT])
{
	memset(ret, 0, STATE_COUNT * sizeof(*ret));
	array_each (&m->sockets, s)
		if (!socket_has(s, SOCKET_SUBFLOW))
			ret[s->state]++;
}

void moment_count_table(const struct moment *m, uint64_t ret[STATE_COUNT])
{
	memset(ret, 0, STATE_COUNT * sizeof(*ret));
	array_each (&m->sockets, s)
		if (s->state != STATE_LISTEN && s->state != STATE_CLOSE && !socket_has(s, SOCKET_MPTCP))
			ret[s->state]++;
}

const char *call_name(enum failed_call c)
{
	static const char *const names[CALL_COUNT] = {
		[CALL_BIND] = "bind",     [CALL_CONNECT] = "connect", [CALL_LISTEN] = "listen",
		[CALL_ACCEPT] = "accept", [CALL_SOCKET] = "socket",   [CALL_SENDTO] = "sendto",
	};

	return names[c];
}
