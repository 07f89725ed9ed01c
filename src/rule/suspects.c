#include "suspects.h"
#include "model/filter.h"

/* One matching socket with what it is grouped by. */
struct member {
	uint32_t socket, owner, netns;
	struct endpoint end;
	bool end_is_listener;
};

const char *program_name(const struct process *p)
{
	return p->unit ? p->unit : p->exe ? p->exe : p->comm;
}

bool same_program(const struct process *a, const struct process *b)
{
	return a == b || (streq(program_name(a), program_name(b)) && streq(a->comm, b->comm));
}

/* The first process of each program stands for all of it. */
struct programs {
	ARRAY(uint32_t) of; /* process index -> representative's index */
};

struct named {
	const struct process *process;
	uint32_t index;
};

static int compare_named(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int order = strcmp(program_name(x->process), program_name(y->process));

	if (!order)
		order = strcmp(x->process->comm, y->process->comm);
	return order ? order : CMP(x->index, y->index);
}

static void programs_find(const struct moment *m, struct programs *programs)
{
	ARRAY(struct named) all = { 0 };

	array_each (&m->processes, p) {
		struct named *n = array_push(&all);
		*n = (struct named){ p, (uint32_t)(p - m->processes.items) };
		*array_push(&programs->of) = 0;
	}
	if (all.count)
		array_sort(&all, compare_named);
	for (size_t i = 0; i < all.count; i++) {
		bool same = i && same_program(all.items[i].process, all.items[i - 1].process);
		programs->of.items[all.items[i].index] =
		        same ? programs->of.items[all.items[i - 1].index] : all.items[i].index;
	}
	array_free(&all);
}

static void member_end(const struct socket *s, enum per per, struct member *member)
{
	if (per == PER_OWNER)
		return;
	member->end_is_listener = per == PER_LISTENER || s->role == ROLE_SERVER || s->role == ROLE_LISTENER;
	if (!member->end_is_listener) {
		member->end = s->peer;
		return;
	}
	member->end = s->local;
	/* A listener on the wildcard has children on every address: one service, one group. */
	if (per == PER_OWNER_END)
		memset(&member->end.addr, 0, sizeof(member->end.addr));
}

static int compare_members(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	int order = CMP(x->netns, y->netns);

	if (!order)
		order = CMP(x->owner, y->owner);
	if (!order)
		order = CMP(x->end_is_listener, y->end_is_listener);
	if (!order)
		order = CMP(x->end.port, y->end.port);
	if (!order)
		order = addr_compare(&x->end.addr, &y->end.addr);
	return order;
}

static uint32_t owner_of(const struct moment *m, const struct programs *programs, const struct socket *s, enum per per)
{
	const struct holder *h = moment_holder(m, s->first_holder);

	return per == PER_LISTENER || !h ? PROCESS_NONE : programs->of.items[h->process];
}

/* The process that holds most of a group's sockets; the first one among equals. */
static uint32_t main_process(const struct moment *m, const struct suspects *g)
{
	ARRAY(uint32_t) counts = { 0 };
	uint32_t best = PROCESS_NONE, most = 0;

	for (size_t i = 0; i < m->processes.count; i++)
		*array_push(&counts) = 0;
	for (size_t i = 0; i < g->count; i++) {
		const struct holder *h = moment_holder(m, m->sockets.items[g->sockets[i]].first_holder);
		if (h && ++counts.items[h->process] > most) {
			most = counts.items[h->process];
			best = h->process;
		}
	}
	array_free(&counts);
	return best;
}

void suspects_find(const struct moment *m, const char *where, enum per per, const bool *explained,
                   struct suspect_list *ret)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct programs programs = { 0 };
	ARRAY(struct member) members = { 0 };
	struct filter_error error;
	struct filter *filter;

	if (filter_compile(where, arena, &filter, &error))
		return;
	programs_find(m, &programs);
	array_each (&m->sockets, s) {
		if (explained[s - m->sockets.items] || !filter_match(filter, m, s))
			continue;
		struct member *member = array_push(&members);
		*member = (struct member){ .socket = (uint32_t)(s - m->sockets.items), .netns = s->netns };
		member->owner = owner_of(m, &programs, s, per);
		member_end(s, per, member);
	}
	if (members.count)
		array_sort(&members, compare_members);
	array_each (&members, member)
		*array_push(&ret->sockets) = member->socket;
	array_each (&members, member) {
		if (member == members.items || compare_members(member, member - 1)) {
			struct suspects *g = array_push(&ret->groups);
			*g = (struct suspects){ .sockets = ret->sockets.items + (member - members.items),
				                .netns = member->netns,
				                .end = member->end,
				                .end_is_listener = member->end_is_listener };
		}
		ret->groups.items[ret->groups.count - 1].count++;
	}
	array_each (&ret->groups, g)
		g->process = main_process(m, g);
	array_free(&members);
	array_free(&programs.of);
}

void suspects_free(struct suspect_list *list)
{
	array_free(&list->groups);
	array_free(&list->sockets);
}

struct departures suspects_departed(const struct moment *m, const struct suspects *g, enum tcp_state state)
{
	struct departures d = { 0 };

	if (g->process == PROCESS_NONE)
		return d;
	array_each (&m->gone, t) {
		if (t->state != state || t->process >= m->processes.count)
			continue;
		if (!same_program(&m->processes.items[t->process], &m->processes.items[g->process]))
			continue;
		d.count++;
		d.oldest_ms = MAX(d.oldest_ms, t->age_min_ms + m->window.ms);
	}
	return d;
}
