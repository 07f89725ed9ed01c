#include "programs.h"
#include <ctype.h>

/* What changed between one program and one end. */
struct change {
	uint64_t hash; /* of program, namespace and end; never 0 */
	int64_t opened, gained;
};

enum { CONNECTIONS_EACH = 3 }; /* at most, of a process that is there for its connection */

/* As a client, and as a server: one program may be quick as the one and slow as the other. */
struct by_side {
	struct departures of[2], unanswered;
	struct departures before[2]; /* the window, where closes have been watched for longer */
};

struct programs {
	ARRAY(uint32_t) of;             /* process -> the one that stands for its program */
	ARRAY(struct by_side) departed; /* at the standing one's place */
	ARRAY(struct moves) moves;      /* by process */
	ARRAY(bool) holds;              /* it still holds a socket */
	ARRAY(bool)
	lives_on, many; /* at the standing one's place: a process of it was there before and still is;
	                   a process of it holds more than a connection of its own */
	ARRAY(struct change) changes;
	struct index change_index;
};

const char *program_name(const struct process *p)
{
	return p->unit ? p->unit : p->exe ? p->exe : p->comm;
}

/* What is compared to tell one program from another. */
struct identity {
	const struct process *process;
	const char *command; /* its numbers taken out */
	uint32_t index;
};

static bool all_digits(const char *s, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!isdigit((unsigned char)s[i]))
			return false;
	return length > 0;
}

/* "8080", "--port=8080" and "127.0.0.1:8080" end with a number that may differ between workers; "leak2.py" does not. */
static void add_word(struct text *t, const char *word, size_t length)
{
	size_t number = length;

	while (number && word[number - 1] != '=' && word[number - 1] != ':')
		number--;
	if (!all_digits(word + number, length - number))
		number = length;
	text_add_bytes(t, word, number);
	text_add(t, number < length ? "# " : " ");
}

const char *program_command(struct arena *arena, const struct process *p)
{
	TEXT_CLEANUP t = { 0 };

	for (const char *s = p->cmdline ? p->cmdline : p->comm; *s; s += strspn(s, " ")) {
		size_t length = strcspn(s, " ");
		if (length)
			add_word(&t, s, length);
		s += length;
	}
	return arena_strdup(arena, t.bytes ? t.bytes : "");
}

static int compare_texts(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* Unit, container, executable and name: what the workers of one service share, whatever their command lines say. */
static int compare_kind(const struct process *a, const struct process *b)
{
	int order = compare_texts(a->unit, b->unit);

	if (!order)
		order = compare_texts(a->container, b->container);
	if (!order)
		order = compare_texts(a->exe, b->exe);
	return order ? order : strcmp(a->comm, b->comm);
}

static int compare_identities(const void *a, const void *b)
{
	const struct identity *x = a, *y = b;
	int order = compare_kind(x->process, y->process);

	if (!order)
		order = strcmp(x->command, y->command);
	return order ? order : CMP(x->index, y->index);
}

static void join_by_command(struct programs *programs, const struct moment *m)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	ARRAY(struct identity) all = { 0 };

	array_each (&m->processes, p) {
		struct identity *i = array_push(&all);
		*i = (struct identity){ p, program_command(arena, p), (uint32_t)all.count - 1 };
		*array_push(&programs->of) = i->index;
	}
	array_sort(&all, compare_identities);
	for (size_t i = 1; i < all.count; i++) {
		const struct identity *was = &all.items[i - 1], *is = &all.items[i];
		if (!compare_kind(was->process, is->process) && streq(was->command, is->command))
			programs->of.items[is->index] = programs->of.items[was->index];
	}
	array_free(&all);
}

struct by_pid {
	uint32_t pid, index;
};

static int compare_pids(const void *a, const void *b)
{
	const struct by_pid *x = a, *y = b;

	return CMP(x->pid, y->pid);
}

static uint32_t top_of(const struct programs *programs, uint32_t process)
{
	while (programs->of.items[process] != process)
		process = programs->of.items[process];
	return process;
}

static bool may_equal(const char *known, const char *maybe)
{
	return !maybe || (known && streq(known, maybe));
}

/* What ended before it could be asked has no executable, and perhaps no unit: then its name and its parent tell. */
static bool is_of_kind(const struct process *child, const struct process *parent)
{
	if (child->exe)
		return !compare_kind(child, parent);
	return streq(child->comm, parent->comm) && may_equal(parent->unit, child->unit) &&
	       may_equal(parent->container, child->container);
}

/* A worker that has given itself another title belongs to the program of its parent, if that is of its kind. */
static void join_by_birth(struct programs *programs, const struct moment *m)
{
	ARRAY(struct by_pid) pids = { 0 };

	array_each (&m->processes, p)
		*array_push(&pids) = (struct by_pid){ p->pid, (uint32_t)(p - m->processes.items) };
	array_sort(&pids, compare_pids);
	array_each (&m->processes, p) {
		struct by_pid key = { .pid = p->ppid };
		const struct by_pid *parent = bsearch(&key, pids.items, pids.count, sizeof(key), compare_pids);
		if (!p->ppid || !parent || !is_of_kind(p, &m->processes.items[parent->index]))
			continue;
		uint32_t mine = top_of(programs, (uint32_t)(p - m->processes.items));
		programs->of.items[mine] = top_of(programs, parent->index);
	}
	array_each (&programs->of, of)
		*of = top_of(programs, *of);
	array_free(&pids);
}

static uint64_t change_hash(uint32_t program, uint32_t netns, const struct endpoint *peer)
{
	uint64_t words[2], hash = (uint64_t)program << 32 ^ netns;

	memcpy(words, peer->addr.bytes, sizeof(words));
	uint64_t more[] = { words[0], words[1], peer->port };
	for (size_t i = 0; i < ARRAY_SIZE(more); i++) {
		hash = (hash ^ more[i]) * 0xff51afd7ed558ccdULL;
		hash ^= hash >> 32;
	}
	return hash | 1;
}

static void count_change(struct programs *programs, uint32_t process, uint32_t netns, const struct endpoint *peer,
                         int by)
{
	uint64_t hash = change_hash(program_of(programs, process), netns, peer);
	uint32_t at = index_find(&programs->change_index, hash);

	if (at == INDEX_NONE) {
		at = (uint32_t)programs->changes.count;
		*array_push(&programs->changes) = (struct change){ .hash = hash };
		index_move(&programs->change_index, &programs->changes.items[0].hash);
		index_add(&programs->change_index, at);
	}
	programs->changes.items[at].gained += by;
	programs->changes.items[at].opened += by > 0;
}

static void count_changes(struct programs *programs, const struct moment *m)
{
	index_init(&programs->change_index, NULL, sizeof(struct change), 0);
	array_each (&m->sockets, s) {
		const struct holder *h = moment_holder(m, s->first_holder);
		if (h && socket_has(s, SOCKET_NEW) && s->peer.port)
			count_change(programs, h->process, s->netns, &s->peer, 1);
	}
	array_each (&m->gone, t)
		if (t->process < m->processes.count && t->peer.port)
			count_change(programs, t->process, t->netns, &t->peer, -1);
}

static struct change change_of(const struct programs *programs, uint32_t process, uint32_t netns,
                               const struct endpoint *peer)
{
	uint32_t at = process == PROCESS_NONE ? INDEX_NONE
	                                      : index_find(&programs->change_index,
	                                                   change_hash(program_of(programs, process), netns, peer));

	return at == INDEX_NONE ? (struct change){ 0 } : programs->changes.items[at];
}

int64_t program_opened(const struct programs *programs, uint32_t process, uint32_t netns, const struct endpoint *peer)
{
	return change_of(programs, process, netns, peer).opened;
}

int64_t program_gained(const struct programs *programs, uint32_t process, uint32_t netns, const struct endpoint *peer)
{
	return change_of(programs, process, netns, peer).gained;
}

static void count_moves(struct programs *programs, const struct moment *m)
{
	array_each (&m->sockets, s) {
		moment_each_holder (m, s, h) {
			programs->holds.items[h->process] = true;
			programs->moves.items[h->process].read += socket_has(s, SOCKET_READ);
			programs->moves.items[h->process].opened += socket_has(s, SOCKET_NEW);
		}
	}
	array_each (&m->gone, t)
		if (t->process < m->processes.count)
			programs->moves.items[t->process].closed++;
}

static void find_living(struct programs *programs, const struct moment *m)
{
	uint64_t first_look_ns = m->taken_boot_ns - MIN(m->taken_boot_ns, m->window.ms * NS_PER_MS);
	cleanup(cleanup_free) uint32_t *connections = memory_zeroed((m->processes.count + 1) * sizeof(*connections));

	array_each (&m->sockets, s)
		moment_each_holder (m, s, h)
			connections[h->process] += s->peer.port != 0;
	for (uint32_t p = 0; p < m->processes.count; p++) {
		uint32_t program = program_of(programs, p);
		if (programs->holds.items[p] && m->processes.items[p].start_boot_ns < first_look_ns)
			programs->lives_on.items[program] = true;
		if (connections[p] > CONNECTIONS_EACH)
			programs->many.items[program] = true;
	}
}

/* The end of a process is a close where its program lives on and has a process a connection; else it says nothing of
 * how the program closes while it runs: a worker that is replaced, a restart. */
static bool is_leaving(const struct programs *programs, uint32_t process, uint64_t count, uint64_t processes)
{
	uint32_t program = program_of(programs, process);

	return programs->lives_on.items[program] && !programs->many.items[program] &&
	       count <= CONNECTIONS_EACH * processes;
}

static void depart(struct departures *d, uint64_t count, uint64_t least_ms, uint64_t oldest_ms)
{
	d->count += count;
	d->least_ms = MAX(d->least_ms, least_ms);
	d->oldest_ms = MAX(d->oldest_ms, oldest_ms);
}

static void depart_by_look(struct programs *programs, const struct moment *m, const struct trail *t,
                           const uint32_t *closed)
{
	struct by_side *by = &programs->departed.items[program_of(programs, t->process)];
	struct departures *d = t->state == STATE_FIN_WAIT2 ? &by->unanswered : &by->of[t->role == ROLE_SERVER];

	if (!programs->holds.items[t->process] && !is_leaving(programs, t->process, closed[t->process], 1))
		d->ended++;
	else
		depart(d, 1, t->age_min_ms, t->age_min_ms + m->window.ms);
}

/* Two looks alone show less: what came and went between them is missed. */
static void count_by_looks(struct programs *programs, const struct moment *m)
{
	cleanup(cleanup_free) uint32_t *closed = memory_zeroed((m->processes.count + 1) * sizeof(*closed));

	array_each (&m->gone, t)
		if (t->state == STATE_CLOSE_WAIT && t->process < m->processes.count)
			closed[t->process]++;
	array_each (&m->gone, t)
		if ((t->state == STATE_CLOSE_WAIT || t->state == STATE_FIN_WAIT2) && t->process < m->processes.count)
			depart_by_look(programs, m, t, closed);
}

static void depart_idle(struct departures *all, const struct departure *d)
{
	if (!d->idle_known)
		return;
	all->idle_low_ms = all->idle_known ? MIN(all->idle_low_ms, d->idle_low_ms) : d->idle_low_ms;
	all->idle_high_ms = MAX(all->idle_high_ms, d->idle_high_ms);
	all->idle_known += d->idle_known;
}

static void depart_seen(struct departures *all, const struct departure *d, bool leaves)
{
	all->spread_ms = MAX(all->spread_ms, d->spread_ms);
	all->burst = MAX(all->burst, d->burst);
	if (leaves)
		depart(all, d->count, d->oldest_ms, d->oldest_ms);
	else
		all->ended += d->count;
}

static void count_departures(struct programs *programs, const struct moment *m)
{
	if (!m->window.closes_watched)
		count_by_looks(programs, m);
	array_each (&m->departures, d) {
		struct by_side *by = &programs->departed.items[program_of(programs, d->process)];
		bool leaves = !d->ended || is_leaving(programs, d->process, d->count, d->processes);
		programs->moves.items[d->process].closed += (uint32_t)d->count;
		if (d->unanswered) {
			depart_seen(&by->unanswered, d, leaves);
			continue;
		}
		if (d->as_client)
			depart_seen(&by->of[false], d, leaves);
		if (d->as_client && leaves)
			depart_idle(&by->of[false], d);
		if (d->as_server)
			depart_seen(&by->of[true], d, leaves);
	}
}

/* What a process left by its end says nothing here: whether its program lived on then is not known any more. */
static void count_earlier(struct programs *programs, const struct moment *m)
{
	array_each (&m->departures_before, d) {
		struct by_side *by = &programs->departed.items[program_of(programs, d->process)];
		if (d->unanswered || d->ended)
			continue;
		if (d->as_client)
			depart_seen(&by->before[false], d, true);
		if (d->as_server)
			depart_seen(&by->before[true], d, true);
	}
}

const struct programs *inquiry_programs(struct inquiry *q)
{
	const struct moment *m = q->moment;

	if (q->programs)
		return q->programs;
	struct programs *programs = memory_zeroed(sizeof(*programs));
	for (size_t i = 0; i < m->processes.count; i++) {
		array_push(&programs->departed);
		array_push(&programs->moves);
		array_push(&programs->holds);
		array_push(&programs->lives_on);
		array_push(&programs->many);
	}
	join_by_command(programs, m);
	join_by_birth(programs, m);
	count_moves(programs, m);
	find_living(programs, m);
	count_departures(programs, m);
	count_earlier(programs, m);
	count_changes(programs, m);
	q->programs = programs;
	return programs;
}

void programs_free(struct programs *programs)
{
	if (!programs)
		return;
	array_free(&programs->of);
	array_free(&programs->departed);
	array_free(&programs->moves);
	array_free(&programs->holds);
	array_free(&programs->lives_on);
	array_free(&programs->many);
	array_free(&programs->changes);
	index_free(&programs->change_index);
	free(programs);
}

uint32_t program_of(const struct programs *programs, uint32_t process)
{
	return programs->of.items[process];
}

static const struct departures departed_none;

const struct departures *program_departed(const struct programs *programs, uint32_t process, bool server)
{
	return process == PROCESS_NONE ? &departed_none
	                               : &programs->departed.items[program_of(programs, process)].of[server];
}

const struct departures *program_departed_before(const struct programs *programs, uint32_t process, bool server)
{
	return process == PROCESS_NONE ? &departed_none
	                               : &programs->departed.items[program_of(programs, process)].before[server];
}

const struct departures *program_unanswered(const struct programs *programs, uint32_t process)
{
	return process == PROCESS_NONE ? &departed_none
	                               : &programs->departed.items[program_of(programs, process)].unanswered;
}

const struct moves *process_moves(const struct programs *programs, uint32_t process)
{
	return &programs->moves.items[process];
}
