#include "suspects.h"
#include "rule/ground/listeners.h"
#include "rule.h"
#include "model/filter/filter.h"

/* A program with more destinations than this, and few sockets to each, is told once. */
enum { ENDS_APART = 4, ENDS_LARGEST = 3, LARGE_PERCENT = 10 };

/* One matching socket with what it is grouped by. */
struct member {
	uint32_t socket, owner, netns;
	struct endpoint end;
	bool end_is_listener;
};

typedef ARRAY(struct member) member_list;

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

/* By the listener's own address, which may be the wildcard. */
static void listener_end(struct inquiry *q, struct member *member)
{
	const struct moment *m = q->moment;
	uint32_t listener = listener_at(q, member->netns, &member->end);

	if (listener != SOCKET_NONE)
		member->end = m->sockets.items[listener].local;
}

/* The same program of the same namespace, on the same side of its connections. */
static int compare_owners(const struct member *x, const struct member *y)
{
	int order = CMP(x->netns, y->netns);

	if (!order)
		order = CMP(x->owner, y->owner);
	return order ? order : CMP(x->end_is_listener, y->end_is_listener);
}

static int compare_members(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	int order = compare_owners(x, y);

	if (!order)
		order = CMP(x->end.port, y->end.port);
	if (!order)
		order = addr_compare(&x->end.addr, &y->end.addr);
	return order ? order : CMP(x->socket, y->socket);
}

static bool same_end(const struct member *x, const struct member *y)
{
	return !compare_owners(x, y) && x->end.port == y->end.port && !addr_compare(&x->end.addr, &y->end.addr);
}

static uint32_t owner_of(const struct moment *m, const struct programs *programs, const struct socket *s, enum per per)
{
	const struct holder *h = moment_holder(m, s->first_holder);

	return per == PER_LISTENER || !h ? PROCESS_NONE : program_of(programs, h->process);
}

uint32_t suspects_main_process(const struct moment *m, const uint32_t *sockets, size_t count)
{
	ARRAY(uint32_t) holders = { 0 };
	uint32_t best = PROCESS_NONE;
	size_t most = 0, run = 0;

	for (size_t i = 0; i < count; i++) {
		const struct holder *h = moment_holder(m, m->sockets.items[sockets[i]].first_holder);
		if (h)
			*array_push(&holders) = h->process;
	}
	array_sort(&holders, compare_u32);
	for (size_t i = 0; i < holders.count; i++) {
		run = i && holders.items[i] == holders.items[i - 1] ? run + 1 : 1;
		if (run > most) {
			most = run;
			best = holders.items[i];
		}
	}
	array_free(&holders);
	return best;
}

/* Appends members[first..last) as one more group. */
static void add_group(struct suspect_list *ret, const struct member *first, const struct member *last)
{
	struct suspects *g = array_push(&ret->groups);

	*g = (struct suspects){ .count = (size_t)(last - first),
		                .netns = first->netns,
		                .end = first->end,
		                .end_is_listener = first->end_is_listener,
		                .ends = 1 };
	for (const struct member *member = first; member < last; member++)
		*array_push(&ret->sockets) = member->socket;
}

/* One end of a program: members[first..first + count). */
struct end {
	size_t first, count;
};
typedef ARRAY(struct end) end_list;

static int compare_ends(const void *a, const void *b)
{
	const struct end *x = a, *y = b;
	int order = CMP(y->count, x->count);

	return order ? order : CMP(x->first, y->first);
}

/* The groups of one program: its largest ends each by itself, what remains together. */
static void add_program(struct suspect_list *ret, const member_list *members, end_list *ends, size_t total)
{
	size_t apart = ends->count;

	if (ends->count > ENDS_APART) {
		array_sort(ends, compare_ends);
		for (apart = 0; apart < ENDS_LARGEST; apart++)
			if (ends->items[apart].count * 100 < total * LARGE_PERCENT)
				break;
	}
	for (size_t i = 0; i < ends->count; i++) {
		const struct member *first = members->items + ends->items[i].first;
		if (i <= apart) {
			add_group(ret, first, first + ends->items[i].count);
			continue;
		}
		struct suspects *rest = &ret->groups.items[ret->groups.count - 1];
		rest->end = (struct endpoint){ 0 };
		rest->rest = apart > 0;
		rest->ends++;
		rest->count += ends->items[i].count;
		for (size_t k = 0; k < ends->items[i].count; k++)
			*array_push(&ret->sockets) = first[k].socket;
	}
}

static void group_members(const member_list *members, struct suspect_list *ret)
{
	end_list ends = { 0 };
	size_t first = 0;

	for (size_t i = 0; i < members->count; i++) {
		const struct member *is = &members->items[i];
		if (i == first || !same_end(is, is - 1))
			*array_push(&ends) = (struct end){ .first = i };
		ends.items[ends.count - 1].count++;
		if (i + 1 < members->count && !compare_owners(is, is + 1))
			continue;
		add_program(ret, members, &ends, i + 1 - first);
		ends.count = 0;
		first = i + 1;
	}
	array_free(&ends);
}

static void find_members(struct inquiry *q, const struct rule *rule, const struct filter *filter, const bool *explained,
                         member_list *ret)
{
	const struct moment *m = q->moment;

	array_each (&m->sockets, s) {
		uint32_t at = (uint32_t)(s - m->sockets.items);
		if (explained[at] || socket_has(s, SOCKET_SUBFLOW) || !filter_match(filter, m, s) ||
		    !request_asks(q->request, m, rule, s) || (rule->suspect && !rule->suspect(q, at)))
			continue;
		struct member *member = array_push(ret);
		*member = (struct member){ .socket = at, .netns = s->netns };
		member->owner = owner_of(m, inquiry_programs(q), s, rule->per);
		member_end(s, rule->per, member);
		if (rule->per == PER_LISTENER)
			listener_end(q, member);
	}
	array_sort(ret, compare_members);
}

void suspects_find(struct inquiry *q, const struct rule *rule, const bool *explained, struct suspect_list *ret)
{
	const struct moment *m = q->moment;
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	member_list members = { 0 };
	struct filter_error error;
	struct filter *filter;

	if (filter_compile(rule->where, arena, &filter, &error))
		return;
	find_members(q, rule, filter, explained, &members);
	group_members(&members, ret);
	uint32_t *sockets = ret->sockets.items; /* it does not move any more */
	array_each (&ret->groups, g) {
		g->sockets = sockets;
		g->process = suspects_main_process(m, g->sockets, g->count);
		sockets += g->count;
	}
	array_free(&members);
}

void suspects_free(struct suspect_list *list)
{
	array_free(&list->groups);
	array_free(&list->sockets);
}
