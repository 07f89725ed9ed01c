#include "tallies.h"
#include "model/hash.h"
#include "model/keyed.h"
#include "model/state.h"

enum { LIMIT_ROWS = 64, LIMIT_PERCENT = 5 };

static uint64_t key_of(const struct moment *m, const struct tally *t)
{
	uint64_t netns = t->netns < m->netns.count ? m->netns.items[t->netns].inode : 0;
	uint64_t hash = hash_word(hash_word(t->kind + 1, netns), t->role);

	return hash_text(hash_text(hash_text(hash_endpoint(hash, &t->end), t->program), t->subject), t->what) ?: 1;
}

struct tallying {
	const struct moment *m;
	tally_list *list;
	struct keyed by_key;
};

/* The one like this, made with no value if it is new. */
static struct tally *find(struct tallying *g, struct tally like)
{
	like.key = key_of(g->m, &like);
	uint32_t at = keyed_find(&g->by_key, like.key);

	if (at != INDEX_NONE)
		return &g->list->items[at];
	keyed_add(&g->by_key, like.key, (uint32_t)g->list->count);
	struct tally *t = array_push(g->list);
	*t = like;
	return t;
}

/* The end that its many connections have in common. */
static struct endpoint common_end(const struct socket *s)
{
	return s->role == ROLE_SERVER ? (struct endpoint){ .port = s->local.port } : s->peer;
}

static void take_socket(struct tallying *g, const struct socket *s, uint64_t at_ms)
{
	const struct process *p = moment_owner(g->m, s);
	struct age age = socket_age(s);

	if (s->state == STATE_LISTEN || s->role == ROLE_LISTENER)
		return;
	struct tally *t = find(g, (struct tally){
	                                  .kind = FIGURE_GROUP,
	                                  .netns = s->netns,
	                                  .program = p ? p->comm : NULL,
	                                  .role = s->role,
	                                  .end = common_end(s),
	                                  .what = state_json((enum tcp_state)s->state),
	                          });
	t->now.value++;
	t->now.unread += s->recv_q;
	if (age.basis == AGE_UNKNOWN || age.min_ms >= at_ms)
		return;
	uint64_t since_ms = at_ms - age.min_ms;
	t->now.oldest_ms = t->now.oldest_ms ? MIN(t->now.oldest_ms, since_ms) : since_ms;
}

static const char *comm_of(const struct moment *m, uint32_t process)
{
	return process < m->processes.count ? m->processes.items[process].comm : NULL;
}

static void add_count(struct tallying *g, const struct tally *like, const char *what, uint64_t value)
{
	struct tally is = *like;

	if (!value)
		return;
	is.what = what;
	find(g, is)->now.value += value;
}

static struct tally count_of(const struct moment *m, uint32_t process, uint32_t netns, const struct endpoint *end,
                             bool client, bool server)
{
	return (struct tally){
		.kind = FIGURE_COUNT,
		.netns = netns,
		.program = comm_of(m, process),
		.role = client == server ? ROLE_UNKNOWN
		        : client         ? ROLE_CLIENT
		                         : ROLE_SERVER,
		.end = *end,
	};
}

static void take_traffic(struct tallying *g, const struct traffic *r)
{
	const struct tally like = count_of(g->m, r->process, r->netns, &r->end, r->as_client, r->as_server);

	add_count(g, &like, "opened", r->opened);
	add_count(g, &like, "closed-first", r->first);
	add_count(g, &like, "closed-after", r->after);
	add_count(g, &like, "reset", r->reset);
	add_count(g, &like, "aborted", r->aborted);
	add_count(g, &like, "refused", r->refused);
	add_count(g, &like, "timed-out", r->timed_out);
	add_count(g, &like, "unreachable", r->unreachable);
	add_count(g, &like, "no-port", r->no_port);
	add_count(g, &like, "failed", r->failed + r->given_up);
}

static void take_departure(struct tallying *g, const struct departure *d)
{
	const struct tally like = count_of(g->m, d->process, d->netns, &d->end, d->as_client, d->as_server);

	if (!d->unanswered)
		add_count(g, &like, "closed-after", d->count);
}

/* The nearest to their limits, and all that is used to a twentieth. */
static void take_limits(struct tallying *g, const struct limits *limits, struct arena *arena)
{
	size_t rows = 0;

	array_each (&limits->rows, l) {
		TEXT_CLEANUP subject = { 0 };
		if (!l->used || l->used * 100 < l->limit * LIMIT_PERCENT || rows++ == LIMIT_ROWS)
			return;
		limit_subject(&subject, g->m, l);
		const char *text = arena_strdup(arena, subject.bytes);
		find(g,
		     (struct tally){
		             .kind = FIGURE_LIMIT, .netns = l->netns, .subject = text, .what = limit_id(l->kind) })
		        ->now = (struct figure_point){ .value = l->used, .limit = l->limit };
	}
}

static int largest_first(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;

	return CMP(y->now.value, x->now.value) ?: CMP(x->key, y->key);
}

void tallies_of(const struct moment *m, const struct limits *limits, uint64_t at_ms, struct arena *arena,
                tally_list *ret)
{
	struct tallying g = { .m = m, .list = ret };

	array_each (&m->sockets, s)
		take_socket(&g, s, at_ms);
	array_each (&m->traffic, r)
		take_traffic(&g, r);
	array_each (&m->departures, d)
		take_departure(&g, d);
	take_limits(&g, limits, arena);
	keyed_free(&g.by_key);
	array_sort(ret, largest_first);
}
