#include "apply.h"
#include "recheck.h"
#include "refusal.h"
#include "base/clock.h"
#include "base/stop.h"
#include <errno.h>

enum { TURN_MS = 100, WORK_SHARE = 10, TRIES = 4, RETRY_MS = 10 };

/* Those whose turn it is, that are still what the plan says. */
struct turn {
	const struct moment *now;
	ARRAY(struct doomed) doomed;
	ARRAY(struct reclaim_entry *) entries; /* of `doomed` */
};

static void turn_free(struct turn *t)
{
	array_free(&t->doomed);
	array_free(&t->entries);
}

static void spare(struct reclaim_entry *e, const char *why)
{
	e->result = RECLAIM_SPARED;
	e->why = why;
}

static uint64_t cookie_of_netns(const struct apply *a, const struct socket *before)
{
	return a->plan->netns_cookies.items[before->netns];
}

static enum destroy_method way_of(const struct apply *a, const struct doomed *d)
{
	return means_way(a->means, SELFTEST_SPARES | refusal_needs_proof(d->socket));
}

static void turn_take(struct turn *t, const struct apply *a, const struct recheck *r, struct reclaim_entry *e)
{
	const struct socket *before = &r->before->sockets.items[e->socket];
	const struct socket *now = recheck_find(r, before);
	const char *why = now ? recheck_why(r, before, now, a->min_age_ms) : NULL;
	struct doomed d;

	if (recheck_is_gone(r, before)) {
		e->result = RECLAIM_GONE;
		return;
	}
	doomed_fill(&d, r->now, now, cookie_of_netns(a, before));
	if (!why && way_of(a, &d) == DESTROY_METHODS)
		why = "nothing here destroys one of its kind any more";
	if (why) {
		spare(e, why);
		return;
	}
	*array_push(&t->doomed) = d;
	*array_push(&t->entries) = e;
}

static int tell(const struct apply *a, const struct turn *t, enum audit_step step)
{
	for (size_t i = 0; i < t->doomed.count; i++) {
		enum destroy_method way = way_of(a, &t->doomed.items[i]);
		audit_add(a->audit, step, a->plan, t->entries.items[i],
		          way < DESTROY_METHODS ? destroy_name(way) : NULL);
	}
	return t->doomed.count ? audit_commit(a->audit) : 0;
}

static void run_way(const struct apply *a, enum destroy_method way, struct doomed *items, size_t count)
{
	int err = destroyer_run(a->means->ways[way], items, count);

	for (size_t i = 0; i < count && err; i++)
		if (items[i].answer == ANSWER_NONE || items[i].answer == ANSWER_FITS) {
			items[i].answer = ANSWER_FAILED;
			items[i].error = -err;
		}
}

/* Those of one namespace that go one way, taken together. */
static void run_group(const struct apply *a, struct turn *t, uint32_t netns, enum destroy_method way, bool first)
{
	ARRAY(struct doomed) group = { 0 };
	ARRAY(size_t) places = { 0 };

	for (size_t i = 0; i < t->doomed.count; i++) {
		struct doomed d = t->doomed.items[i];
		if (d.socket->netns != netns || way_of(a, &d) != way || !(first || d.answer == ANSWER_HELD_ANEW))
			continue;
		d.answer = ANSWER_NONE;
		*array_push(&group) = d;
		*array_push(&places) = i;
	}
	run_way(a, way, group.items, group.count);
	for (size_t i = 0; i < group.count; i++)
		t->doomed.items[places.items[i]] = group.items[i];
	array_free(&group);
	array_free(&places);
}

static bool is_in(const struct turn *t, uint32_t netns)
{
	array_each (&t->doomed, d)
		if (d->socket->netns == netns)
			return true;
	return false;
}

static void fail_all(struct turn *t, uint32_t netns, int error)
{
	array_each (&t->doomed, d)
		if (d->socket->netns == netns) {
			d->answer = ANSWER_FAILED;
			d->error = error;
		}
}

static void run_all(const struct apply *a, struct turn *t, bool first)
{
	for (uint32_t netns = 0; netns < t->now->netns.count; netns++) {
		if (!is_in(t, netns))
			continue;
		int err = means_enter(a->means, &t->now->netns.items[netns]);
		if (err && first)
			fail_all(t, netns, -err);
		for (enum destroy_method way = 0; way < DESTROY_METHODS && !err; way++)
			run_group(a, t, netns, way, first);
	}
	means_leave(a->means);
}

static bool any_held_anew(const struct turn *t)
{
	array_each (&t->doomed, d)
		if (d->answer == ANSWER_HELD_ANEW)
			return true;
	return false;
}

/* A call that is under way refers to the socket, too, for as long as it runs: then once more. */
static void turn_destroy(const struct apply *a, struct turn *t)
{
	run_all(a, t, true);
	for (int tries = 1; tries < TRIES && any_held_anew(t); tries++) {
		stop_wait_ms(RETRY_MS);
		run_all(a, t, false);
	}
}

static void settle(const struct apply *a, const struct doomed *d, struct reclaim_entry *e)
{
	static const char *const spared[] = {
		[ANSWER_OTHER] = "it was another socket in that very moment",
		[ANSWER_MOVED] = "it moved on to another state in that very moment",
		[ANSWER_USED] = "somebody used it in that very moment",
		[ANSWER_HELD_ANEW] = "a descriptor or a call that was not seen before refers to it",
	};

	switch (d->answer) {
	case ANSWER_NONE:
		e->result = RECLAIM_GONE;
		break;
	case ANSWER_DESTROYED:
		e->result = way_of(a, d) == DESTROY_SHUTDOWN ? RECLAIM_SHUT_DOWN : RECLAIM_DESTROYED;
		break;
	case ANSWER_FAILED:
		e->result = RECLAIM_FAILED;
		e->error = d->error;
		break;
	default:
		spare(e, spared[d->answer]);
	}
}

static int take_turn(struct apply *a, struct source *source, struct reclaim_entry *entries, size_t count,
                     const char **ret_why)
{
	cleanup(moment_cleanup) struct moment *now = moment_new();
	cleanup(recheck_end) struct recheck recheck = { 0 };
	cleanup(turn_free) struct turn turn = { .now = now };

	*ret_why = "looking at the sockets once more";
	int err = source_look(source, now) ?: means_find_doors(a->means, now);
	if (err)
		return err;
	recheck_begin(&recheck, a->plan->moment, now);
	for (size_t i = 0; i < count; i++)
		turn_take(&turn, a, &recheck, &entries[i]);
	*ret_why = "writing what is to be destroyed to the audit file";
	err = tell(a, &turn, AUDIT_INTENT);
	if (err)
		return err;
	turn_destroy(a, &turn);
	for (size_t i = 0; i < turn.doomed.count; i++)
		settle(a, &turn.doomed.items[i], turn.entries.items[i]);
	*ret_why = "writing what was destroyed to the audit file";
	return tell(a, &turn, AUDIT_RESULT);
}

/* So many a turn that the rate is kept, and that the looks take no more than a tenth of the time. */
static size_t turn_size(const struct apply *a, uint64_t turn_ms)
{
	return a->rate_per_s ? MAX(a->rate_per_s * turn_ms / MS_PER_S, (size_t)1) : a->plan->sockets.count;
}

int apply_run(struct apply *a, const char **ret_why)
{
	cleanup(source_cleanup) struct source *source = NULL;
	struct source_request look = *a->look;
	struct gap why;
	reclaim_list *all = &a->plan->sockets;
	uint64_t turn_ms = TURN_MS;

	look.wants = 0;
	int err = source_open(&look, a->plan->arena, &source, &why);
	*ret_why = "looking at the sockets once more";
	for (size_t at = 0; at < all->count && !err;) {
		uint64_t begin_ns = clock_monotonic_ns();
		size_t count = MIN(turn_size(a, turn_ms), all->count - at);
		err = take_turn(a, source, all->items + at, count, ret_why);
		at += count;
		uint64_t worked_ms = (clock_monotonic_ns() - begin_ns) / NS_PER_MS;
		uint64_t due_ms = a->rate_per_s ? MAX(count * MS_PER_S / a->rate_per_s, (uint64_t)1) : 0;
		turn_ms = MAX((uint64_t)TURN_MS, worked_ms * WORK_SHARE);
		if (!err && at < all->count && stop_wait_ms(due_ms > worked_ms ? due_ms - worked_ms : 0))
			err = -EINTR;
	}
	return err;
}
