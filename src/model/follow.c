#include "follow.h"

/* Old indexes to new ones; UINT32_MAX: it is gone. */
struct renumbering {
	uint32_t *processes, *netns;
};

static const char *keep_text(struct arena *arena, const char *text)
{
	return text ? arena_strdup(arena, text) : NULL;
}

static void mark_used(const struct moment *m, uint32_t *processes, uint32_t *netns)
{
	array_each (&m->holders, h)
		processes[h->process] = 1;
	array_each (&m->awaited, a)
		processes[a->process] = 1;
	array_each (&m->departures, d)
		processes[d->process] = 1;
	array_each (&m->traffic, t)
		if (t->process != HOLDER_NONE)
			processes[t->process] = 1;
	array_each (&m->sockets, s)
		netns[s->netns] = 1;
	for (size_t i = 0; i < m->processes.count; i++)
		if (processes[i] && m->processes.items[i].netns != NETNS_UNKNOWN)
			netns[m->processes.items[i].netns] = 1;
	for (size_t i = 0; i < m->netns.count; i++)
		netns[i] |= m->netns.items[i].in_scope || m->netns.items[i].self;
}

/* Marks become numbers. */
static void number(uint32_t *marks, size_t count)
{
	uint32_t next = 0;

	for (size_t i = 0; i < count; i++)
		marks[i] = marks[i] ? next++ : UINT32_MAX;
}

static void follow_netns(struct moment *m, struct arena *arena, const uint32_t *numbers)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->netns.count; i++) {
		struct netns n = m->netns.items[i];
		if (numbers[i] == UINT32_MAX)
			continue;
		n.name = keep_text(arena, n.name);
		n.reserved = NULL; /* these are read with every look */
		n.addresses_known = false;
		m->netns.items[kept++] = n;
	}
	m->netns.count = kept;
}

static void follow_process(const struct moment *m, struct arena *arena, const uint32_t *netns, uint64_t settled_ms,
                           struct process *p)
{
	const char **texts[] = { &p->cmdline, &p->exe,       &p->cwd,         &p->user,
		                 &p->unit,    &p->container, &p->pod,         &p->container_name,
		                 &p->image,   &p->script,    &p->script_path, &p->release };
	int64_t since_ms = (int64_t)(p->start_boot_ns - m->taken_boot_ns) / (int64_t)NS_PER_MS;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		*texts[i] = keep_text(arena, *texts[i]);
	p->ended_in = p->tracer = NULL;
	p->activity = (struct activity){ 0 };
	p->detailed = p->detailed && -since_ms >= (int64_t)settled_ms;
	p->start_unix_ms = m->taken_unix_ms + (uint64_t)since_ms; /* the clock may have been set meanwhile */
	p->netns = p->netns == NETNS_UNKNOWN ? NETNS_UNKNOWN : netns[p->netns];
}

static void follow_processes(struct moment *m, struct arena *arena, const struct renumbering *r, uint64_t settled_ms)
{
	size_t kept = 0;

	index_free(&m->process_index);
	index_init(&m->process_index, NULL, sizeof(struct process), m->processes.count);
	for (size_t i = 0; i < m->processes.count; i++) {
		if (r->processes[i] == UINT32_MAX)
			continue;
		m->processes.items[kept] = m->processes.items[i];
		follow_process(m, arena, r->netns, settled_ms, &m->processes.items[kept]);
		index_move(&m->process_index, &m->processes.items[0].key);
		index_add(&m->process_index, (uint32_t)kept++);
	}
	m->processes.count = kept;
}

static void renumber(struct moment *m, const struct renumbering *r)
{
	array_each (&m->holders, h)
		h->process = r->processes[h->process];
	array_each (&m->sockets, s)
		s->netns = r->netns[s->netns];
}

static void forget_events(struct moment *m)
{
	m->addresses.count = m->gone.count = m->failures.count = m->departures.count = m->departures_before.count =
	        m->traffic.count = 0;
	m->first_closes.count = m->awaited.count = m->translations.count = m->crossings.count = 0;
	m->narrowed.count = m->coverage.gaps.count = 0;
	m->coverage.sockets_seen = m->coverage.sockets_kernel = m->coverage.tolerance = 0;
	m->window = (struct window){ 0 };
}

void moment_follow(struct moment *m, uint64_t settled_ms)
{
	struct arena *arena = arena_new();
	struct renumbering r = {
		.processes = memory_zeroed((m->processes.count + 1) * sizeof(uint32_t)),
		.netns = memory_zeroed((m->netns.count + 1) * sizeof(uint32_t)),
	};

	mark_used(m, r.processes, r.netns);
	number(r.processes, m->processes.count);
	number(r.netns, m->netns.count);
	forget_events(m);
	renumber(m, &r);
	follow_processes(m, arena, &r, settled_ms);
	follow_netns(m, arena, r.netns);
	m->host = keep_text(arena, m->host);
	m->boot_id = keep_text(arena, m->boot_id);
	m->kernel = keep_text(arena, m->kernel);
	m->recycle_set_in = keep_text(arena, m->recycle_set_in);
	arena_free(m->arena);
	m->arena = arena;
	free(r.processes);
	free(r.netns);
}
