#include "compare.h"

enum { BOOT_ID_LENGTH = 36 };

/* One socket's group; `before` or `after` is 1. */
typedef ARRAY(struct group_change) group_list;

/* A redacted boot id is a numbered word, and two files number differently. */
static bool compare_is_told(const struct moment *m)
{
	return m->boot_id && strlen(m->boot_id) == BOOT_ID_LENGTH;
}

static enum relation relation_of(const struct moment *a, const struct moment *b)
{
	if (!compare_is_told(a) || !compare_is_told(b))
		return RELATION_UNKNOWN;
	if (streq(a->boot_id, b->boot_id))
		return RELATION_SAME_BOOT;
	return a->host && b->host && streq(a->host, b->host) ? RELATION_OTHER_BOOT : RELATION_OTHER_HOST;
}

/* In scope, and not a part of another one. */
static bool is_compared(const struct moment *m, const struct socket *s)
{
	if (socket_has(s, SOCKET_SUBFLOW))
		return false;
	return s->netns == NETNS_UNKNOWN || m->netns.items[s->netns].in_scope;
}

static void count_states(const struct moment *m, uint64_t counts[STATE_COUNT])
{
	array_each (&m->sockets, s)
		if (is_compared(m, s))
			counts[s->state]++;
}

static struct group_change group_of(const struct moment *m, const struct socket *s)
{
	bool own = s->role == ROLE_SERVER || s->role == ROLE_LISTENER || !s->peer.port;
	const struct process *owner = moment_owner(m, s);
	struct group_change g = { .listener = own, .state = s->state };

	if (owner)
		memcpy(g.comm, owner->comm, sizeof(g.comm) - 1);
	/* A program serves on a port, whatever the address and family that a connection came in by. */
	g.end = own ? (struct endpoint){ addr_v4(0), s->local.port } : s->peer;
	if (addr_is_v4(&g.end.addr)) /* mapped or native, it is one peer */
		g.end.addr.v6 = false;
	return g;
}

/* In the order of struct group_change. */
static int compare_groups(const void *one, const void *other)
{
	const struct group_change *a = one, *b = other;
	int by = strcmp(a->comm, b->comm);

	if (!by)
		by = addr_compare(&a->end.addr, &b->end.addr);
	if (!by)
		by = CMP(a->end.port, b->end.port);
	if (!by)
		by = CMP(a->listener, b->listener);
	return by ? by : CMP(a->state, b->state);
}

static uint64_t change_of(const struct group_change *g)
{
	return g->after > g->before ? g->after - g->before : g->before - g->after;
}

static int compare_changes(const void *one, const void *other)
{
	const struct group_change *a = one, *b = other;
	int by = CMP(change_of(b), change_of(a));

	return by ? by : compare_groups(a, b);
}

static void groups_take(group_list *all, const struct moment *m, bool after)
{
	array_each (&m->sockets, s) {
		if (!is_compared(m, s))
			continue;
		struct group_change *g = array_push(all);
		*g = group_of(m, s);
		g->before = !after;
		g->after = after;
	}
}

/* One a socket, sorted: equal ones become one, and those that did not change go. */
static void groups_fold(const group_list *all, struct comparison *c)
{
	for (size_t i = 0; i < all->count;) {
		struct group_change sum = all->items[i];
		while (++i < all->count && !compare_groups(&sum, &all->items[i])) {
			sum.before += all->items[i].before;
			sum.after += all->items[i].after;
		}
		if (sum.before != sum.after)
			*array_push(&c->groups) = sum;
	}
	array_sort(&c->groups, compare_changes);
}

/* Each namespace counts its own, the limit is one for all: the fullest is the one that ends. */
static uint64_t most_tracked(const struct moment *m)
{
	uint64_t most = 0;

	array_each (&m->netns, n)
		most = MAX(most, n->in_scope ? n->totals.conntrack_used : 0);
	return most;
}

static void compare_tracking(const struct moment *before, const struct moment *after, struct comparison *c)
{
	if (!after->limits.conntrack_limit)
		return;
	*array_push(&c->limits) = (struct limit_change){
		.id = "conntrack",
		.what = "tracked connections, of the namespace with most",
		.before = most_tracked(before),
		.after = most_tracked(after),
		.limit = after->limits.conntrack_limit,
	};
}

static void compare_limits(const struct moment *before, const struct moment *after, struct comparison *c)
{
#define HOST(member) offsetof(struct host_limits, member)
	static const struct {
		const char *id, *what;
		size_t used, limit;
	} rows[] = {
		{ "files", "open files of the host", HOST(files_used), HOST(files_limit) },
		{ "orphans", "orphans", HOST(orphans_used), HOST(orphans_limit) },
		{ "tcp_memory", "pages of TCP memory", HOST(tcp_pages), HOST(tcp_pages_limit) },
	};
#undef HOST

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct limit_change row = { .id = rows[i].id, .what = rows[i].what };
		memcpy(&row.before, (const char *)&before->limits + rows[i].used, sizeof(row.before));
		memcpy(&row.after, (const char *)&after->limits + rows[i].used, sizeof(row.after));
		memcpy(&row.limit, (const char *)&after->limits + rows[i].limit, sizeof(row.limit));
		if (row.limit)
			*array_push(&c->limits) = row;
	}
}

struct comparison *comparison_new(const struct moment *before, const struct moment *after)
{
	struct comparison *c = memory_zeroed(sizeof(*c));
	group_list all = { 0 };

	c->relation = relation_of(before, after);
	c->elapsed_ms = (int64_t)(after->taken_unix_ms - before->taken_unix_ms);
	count_states(before, c->before);
	count_states(after, c->after);
	groups_take(&all, before, false);
	groups_take(&all, after, true);
	array_sort(&all, compare_groups);
	groups_fold(&all, c);
	array_free(&all);
	compare_limits(before, after, c);
	compare_tracking(before, after, c);
	return c;
}

void comparison_free(struct comparison *c)
{
	if (!c)
		return;
	array_free(&c->groups);
	array_free(&c->limits);
	free(c);
}

void comparison_cleanup(struct comparison **c)
{
	comparison_free(*c);
}

const char *relation_name(enum relation r)
{
	static const char *const names[] = { "same_boot", "other_boot", "other_host", "unknown" };

	return names[r];
}
