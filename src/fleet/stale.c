#include "stale.h"
#include "model/hash.h"

enum { BIN_MS = 1000, LEAST_MS = 1000, STALE_LEAST = 3 };

/* One vote: so long after its last data the peer's FIN came. */
struct vote {
	uint64_t key; /* client's service, and the server */
	uint32_t idle_ms, pair;
};

typedef ARRAY(struct vote) vote_list;

static int compare_votes(const void *a, const void *b)
{
	const struct vote *x = a, *y = b;

	return CMP(x->key, y->key) ?: CMP(x->idle_ms, y->idle_ms) ?: CMP(x->pair, y->pair);
}

/* The server by its service, or by its address where it is not in view. */
static uint64_t stale_key(const struct fleet *f, const struct fleet_pair *p)
{
	const struct fleet_program *ours = fleet_program_of(f, p->ours);
	const struct fleet_program *theirs = p->theirs == FLEET_NONE ? NULL : fleet_program_of(f, p->theirs);
	uint64_t key = hash_word(1, ours ? ours->service : FLEET_NONE);

	return theirs ? hash_word(hash_word(key, 1), theirs->service)
	              : hash_endpoint(key, &f->ends.items[p->ours].peer);
}

/* Only a client's, whose last data and FIN are both known exactly. */
static bool is_vote(const struct fleet_end *e)
{
	return e->state == STATE_CLOSE_WAIT && e->role == ROLE_CLIENT && e->flags & END_TIMES &&
	       e->flags & END_AGE_EXACT && MIN(e->since_data_ms, e->since_sent_ms) >= e->age_ms + LEAST_MS;
}

static void collect_votes(const struct fleet *f, vote_list *votes)
{
	array_each (&f->pairs, p) {
		const struct fleet_end *e = &f->ends.items[p->ours];
		if (is_vote(e))
			*array_push(votes) =
			        (struct vote){ stale_key(f, p), MIN(e->since_data_ms, e->since_sent_ms) - e->age_ms,
				               (uint32_t)(p - f->pairs.items) };
	}
	array_sort(votes, compare_votes);
}

/* The two seconds that most votes fall into; they are sorted. */
static size_t find_window(const struct vote *votes, size_t count, size_t *ret_first)
{
	size_t most = 0;

	for (size_t first = 0, end = 0; first < count; first++) {
		for (end = MAX(end, first); end < count && votes[end].idle_ms - votes[first].idle_ms <= 2 * BIN_MS;)
			end++;
		if (end - first > most) {
			most = end - first;
			*ret_first = first;
		}
	}
	return most;
}

static uint32_t count_hosts(const struct fleet *f, const struct vote *votes, size_t count)
{
	struct keyed hosts = { 0 };

	for (size_t i = 0; i < count; i++)
		keyed_add(&hosts, fleet_host_of(f, f->pairs.items[votes[i].pair].ours)->id ?: 1, 1);
	uint32_t found = (uint32_t)hosts.items.count;
	keyed_free(&hosts);
	return found;
}

static uint32_t find_oldest(const struct fleet *f, const struct vote *votes, size_t count)
{
	uint32_t oldest = votes[0].pair;

	for (size_t i = 1; i < count; i++)
		if (f->ends.items[f->pairs.items[votes[i].pair].ours].age_ms >
		    f->ends.items[f->pairs.items[oldest].ours].age_ms)
			oldest = votes[i].pair;
	return oldest;
}

/* A leak's connections end whenever their work does; a third of all in one window is a timer. */
static void judge_votes(const struct fleet *f, const struct vote *votes, size_t count, fleet_stales *ret)
{
	size_t first = 0, stale = find_window(votes, count, &first);

	if (stale < STALE_LEAST || stale * 3 < count)
		return;
	*array_push(ret) = (struct fleet_stale){
		.example = find_oldest(f, votes + first, stale),
		.count = (uint32_t)stale,
		.unfinished = (uint32_t)count,
		.hosts = count_hosts(f, votes + first, stale),
		.timeout_ms = votes[first].idle_ms,
	};
}

static int compare_stales(const void *a, const void *b)
{
	const struct fleet_stale *x = a, *y = b;

	return CMP(y->count, x->count) ?: CMP(x->example, y->example);
}

void fleet_find_stale(const struct fleet *f, fleet_stales *ret)
{
	vote_list votes = { 0 };

	collect_votes(f, &votes);
	for (size_t first = 0, end; first < votes.count; first = end) {
		for (end = first + 1; end < votes.count && votes.items[end].key == votes.items[first].key;)
			end++;
		judge_votes(f, votes.items + first, end - first, ret);
	}
	array_free(&votes);
	array_sort(ret, compare_stales);
}
