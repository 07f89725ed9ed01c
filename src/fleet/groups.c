#include "groups.h"
#include "model/hash.h"

/* What a group has in common. Of the other end that is not in view the address is what a person knows it by; its port
 * only if it is a server's. */
static uint64_t group_key(const struct fleet *f, const struct fleet_pair *p)
{
	const struct fleet_end *e = &f->ends.items[p->ours];
	const struct fleet_program *ours = fleet_program_of(f, p->ours);
	uint64_t key = hash_word(1, p->verdict | (uint64_t)p->joined << 8 | (uint64_t)p->reason << 16);

	key = hash_word(key, (uint64_t)f->looks.items[e->look].host << 32 | (ours ? ours->service : FLEET_NONE));
	key = hash_word(key, p->other_host);
	if (p->theirs != FLEET_NONE) {
		const struct fleet_program *theirs = fleet_program_of(f, p->theirs);
		return hash_word(key, theirs ? theirs->service : FLEET_NONE) ?: 1;
	}
	key = hash_addr(key, &e->peer.addr);
	return hash_word(key, e->role == ROLE_SERVER ? 0 : e->peer.port) ?: 1;
}

/* How long it has been so, as far as its own end knows. */
static bool pair_age(const struct fleet *f, const struct fleet_pair *p, uint32_t *ret_ms)
{
	const struct fleet_end *e = &f->ends.items[p->ours];

	*ret_ms = e->flags & END_AGE ? e->age_ms : MIN(e->since_data_ms, e->since_sent_ms);
	return e->flags & (END_AGE | END_TIMES);
}

static void group_add(const struct fleet *f, struct fleet_group *g, uint32_t pair)
{
	uint32_t ms;
	bool known = pair_age(f, &f->pairs.items[pair], &ms);

	if (!g->count++ || (known && (!g->oldest_known || ms > g->oldest_ms))) {
		g->example = pair;
		g->oldest_known = known;
		g->oldest_ms = known ? ms : 0;
	}
}

static int compare_groups(const void *a, const void *b, void *context)
{
	const struct fleet *f = context;
	const struct fleet_group *x = a, *y = b;
	const struct fleet_pair *p = &f->pairs.items[x->example], *q = &f->pairs.items[y->example];
	bool bad_x = PAIRS_BAD >> p->verdict & 1, bad_y = PAIRS_BAD >> q->verdict & 1;

	if (bad_x != bad_y)
		return bad_y - bad_x;
	if (!bad_x && p->verdict != q->verdict)
		return CMP(p->verdict, q->verdict);
	return CMP(y->count, x->count) ?: CMP(x->example, y->example);
}

/* So many programs of ours in each: counted once all are in their group, `group_of` each pair (FLEET_NONE: in none). */
static void count_programs(const struct fleet *f, const uint32_t *group_of, fleet_groups *groups)
{
	struct keyed seen = { 0 };

	for (size_t i = 0; i < f->pairs.count; i++) {
		if (group_of[i] == FLEET_NONE)
			continue;
		struct fleet_group *g = &groups->items[group_of[i]];
		uint32_t program = f->ends.items[f->pairs.items[i].ours].program;
		uint64_t key = hash_word(hash_word(1, group_of[i]), program) ?: 1;
		bool counted = g->count > 1 && keyed_has(&seen, key);
		if (g->count > 1)
			keyed_add(&seen, key, 1);
		g->programs += !counted;
	}
	keyed_free(&seen);
}

void fleet_group_pairs(const struct fleet *f, unsigned verdicts, fleet_groups *ret)
{
	cleanup(cleanup_free) uint32_t *group_of = memory_resize(NULL, f->pairs.count + 1, sizeof(*group_of));
	struct keyed index = { 0 };

	for (uint32_t i = 0; i < f->pairs.count; i++) {
		const struct fleet_pair *p = &f->pairs.items[i];
		group_of[i] = FLEET_NONE;
		if (!(verdicts >> p->verdict & 1))
			continue;
		uint64_t key = group_key(f, p);
		uint32_t at = keyed_find(&index, key);
		if (at == INDEX_NONE) {
			at = (uint32_t)ret->count;
			array_push(ret);
			keyed_add(&index, key, at);
		}
		group_add(f, &ret->items[at], i);
		group_of[i] = at;
	}
	keyed_free(&index);
	count_programs(f, group_of, ret);
	if (ret->count)
		qsort_r(ret->items, ret->count, sizeof(*ret->items), compare_groups, (void *)f);
}
