#include "programs.h"
#include "model/hash.h"
#include "model/keyed.h"
#include "view/metrics_parts.h"

#define ROW_NONE UINT32_MAX

struct gathering {
	const struct moment *m;
	program_rows *rows;
	struct keyed by_identity;
	uint32_t *row_of;  /* by process; ROW_NONE */
	uint64_t *held_by; /* by process: unfinished ones in the upper half, all in the lower */
	size_t *counted;   /* by row: the socket that was counted last, + 1 */
	bool *unfinished;  /* by socket: a finding counts it */
};

/* The same command in the same place: the workers of one service are one program. */
static uint64_t identity_of(const struct process *p)
{
	const char *const texts[] = { p->comm, p->exe, p->cmdline, p->unit, p->container };
	uint64_t hash = 1;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		hash = hash_text(hash, texts[i]);
	return hash ?: 1;
}

static uint32_t row_of(struct gathering *g, uint32_t process)
{
	uint32_t *row = &g->row_of[process];

	if (*row != ROW_NONE)
		return *row;
	uint64_t identity = identity_of(&g->m->processes.items[process]);
	*row = keyed_find(&g->by_identity, identity);
	if (*row == INDEX_NONE) {
		*row = (uint32_t)g->rows->count;
		*array_push(g->rows) = (struct program_row){ .process = process };
		keyed_add(&g->by_identity, identity, *row);
	}
	g->rows->items[*row].processes++;
	return *row;
}

/* A connection, or what is left of one; no listener, and nothing that was never connected. */
static bool is_connection(const struct socket *s)
{
	return s->state != STATE_LISTEN && (s->state != STATE_CLOSE || socket_has(s, SOCKET_WAS_CONNECTED));
}

static bool is_unfinished(const struct gathering *g, size_t at)
{
	const struct socket *s = &g->m->sockets.items[at];

	return g->unfinished[at] || s->state == STATE_CLOSE_WAIT || s->state == STATE_CLOSE;
}

static void take_end(struct program_row *r, const struct socket *s, bool first)
{
	bool own = s->role == ROLE_SERVER;
	const struct endpoint *end = own ? &s->local : &s->peer;

	if (first) {
		r->end = *end;
		r->end_is_own = own;
		r->several = false;
	} else if (r->end_is_own != own || !endpoint_same(&r->end, end)) {
		r->several = true;
	}
}

/* Once a socket has an unfinished one, its ends are those of the unfinished ones. */
static void count_socket(struct program_row *r, const struct socket *s, bool unfinished)
{
	struct age age = socket_finished_age(s);

	if (unfinished || !r->unfinished)
		take_end(r, s, unfinished ? !r->unfinished : !r->connections);
	r->connections++;
	r->unfinished += unfinished;
	r->by_state[s->state]++;
	if (unfinished && age.basis != AGE_UNKNOWN) {
		r->oldest_ms = r->oldest_known ? MAX(r->oldest_ms, age.min_ms) : age.min_ms;
		r->oldest_known = true;
	}
}

static void take_socket(struct gathering *g, size_t at)
{
	const struct socket *s = &g->m->sockets.items[at];
	bool unfinished = is_unfinished(g, at);

	moment_each_holder (g->m, s, h) {
		uint32_t row = row_of(g, h->process);
		struct program_row *r = &g->rows->items[row];
		g->held_by[h->process] += unfinished ? (1ULL << 32) + 1 : 1;
		if (g->held_by[h->process] > r->most) {
			r->most = g->held_by[h->process];
			r->process = h->process;
		}
		if (g->counted[row] == at + 1)
			continue;
		g->counted[row] = at + 1;
		count_socket(r, s, unfinished);
	}
}

static void mark_unfinished(struct gathering *g, const struct judgement *j)
{
	array_each (&j->findings, f) {
		if (!finding_counts_unfinished(f))
			continue;
		array_each (&f->sockets, s)
			g->unfinished[*s] = true;
	}
}

/* Findings come by weight: the first is the weightiest. */
static void take_findings(struct gathering *g, const struct judgement *j)
{
	array_each (&j->findings, f) {
		uint32_t row = f->subject == PROCESS_NONE ? ROW_NONE : g->row_of[f->subject];
		if (row == ROW_NONE)
			continue;
		struct program_row *r = &g->rows->items[row];
		r->finding = r->finding ?: f;
		if (f->oldest_known && finding_counts_unfinished(f)) {
			r->oldest_ms = r->oldest_known ? MAX(r->oldest_ms, f->oldest_ms) : f->oldest_ms;
			r->oldest_known = true;
		}
	}
}

static int compare_rows(const void *a, const void *b)
{
	const struct program_row *x = a, *y = b;

	return CMP(y->unfinished, x->unfinished) ?: CMP(y->connections, x->connections) ?: CMP(x->process, y->process);
}

void programs_find(const struct moment *m, const struct judgement *j, const struct filter *about, program_rows *ret)
{
	size_t processes = m->processes.count + 1;
	struct gathering g = {
		.m = m,
		.rows = ret,
		.row_of = memory_resize(NULL, processes, sizeof(uint32_t)),
		.held_by = memory_zeroed(processes * sizeof(uint64_t)),
		.counted = memory_zeroed(processes * sizeof(size_t)),
		.unfinished = memory_zeroed(m->sockets.count + 1),
	};

	memset(g.row_of, 0xff, processes * sizeof(uint32_t));
	mark_unfinished(&g, j);
	for (size_t i = 0; i < m->sockets.count; i++) {
		const struct socket *s = &m->sockets.items[i];
		bool here = s->netns == NETNS_UNKNOWN || m->netns.items[s->netns].in_scope;
		if (here && is_connection(s) && filter_match(about, m, s))
			take_socket(&g, i);
	}
	take_findings(&g, j);
	array_sort(ret, compare_rows);
	keyed_free(&g.by_identity);
	free(g.row_of);
	free(g.held_by);
	free(g.counted);
	free(g.unfinished);
}
