/* The door: which source serves this host, and what every look has in common. */
#include "source.h"
#include "base/words.h"
#include "details.h"
#include "host.h"
#include "model/coverage.h"
#include "netns_read.h"
#include <errno.h>

/* Best first. */
static const struct source_kind *const kinds[] = { &source_bpf };

struct source {
	const struct source_kind *kind;
	void *state;
	struct source_request request;
	uint64_t self; /* inode of the tool's own namespace */
};

static int open_forced(struct source *s, struct arena *arena, struct gap *ret_why)
{
	const char *names[ARRAY_SIZE(kinds) + 1] = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		names[i] = kinds[i]->name;
		if (!word_equal(names[i], s->request.force))
			continue;
		s->kind = kinds[i];
		return s->kind->open(&s->request, arena, &s->state, ret_why);
	}
	const char *near = word_nearest(s->request.force, names);
	*ret_why = (struct gap){ "all sockets",
		                 arena_printf(arena, "there is no source '%s'%s%s%s", s->request.force,
		                              near ? "; did you mean '" : "", near ? near : "", near ? "'?" : ""),
		                 NULL };
	return -EINVAL;
}

/* The reason told is the best source's: what mends that one helps most. */
static int open_best(struct source *s, struct arena *arena, struct gap *ret_why)
{
	int first = 0;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct gap why;
		int err = kinds[i]->open(&s->request, arena, &s->state, &why);
		if (!err) {
			s->kind = kinds[i];
			return 0;
		}
		if (!first) {
			first = err;
			*ret_why = why;
		}
	}
	return first;
}

int source_open(const struct source_request *request, struct arena *arena, struct source **ret, struct gap *ret_why)
{
	cleanup(source_cleanup) struct source *s = memory_zeroed(sizeof(*s));

	s->request = *request;
	int err = host_self_netns(&s->self);
	if (err) {
		*ret_why = (struct gap){ "anything", "there is no /proc to read here", "mount -t proc proc /proc" };
		return err;
	}
	if (request->scope != SCOPE_ONE)
		s->request.netns = request->scope == SCOPE_SELF ? s->self : 0;
	err = request->force ? open_forced(s, arena, ret_why) : open_best(s, arena, ret_why);
	if (!err)
		*ret = take_ptr(s);
	return err;
}

static void describe_scope(const struct source *s, struct moment *m)
{
	m->scope_all = s->request.scope == SCOPE_ALL;
	uint32_t at = moment_netns(m, s->self); /* may move the array */
	struct netns *self = &m->netns.items[at];
	self->self = true;
	self->member_pid = (uint32_t)getpid();
}

/* One look between two counts of the kernel's. */
static int look_counted(struct source *s, struct moment *m, bool second, bool *ret_fits)
{
	struct net_counts before, after;
	int err = net_counts_read(&before);

	if (!err)
		err = s->kind->look(s->state, &s->request, m, second);
	if (!err)
		err = net_counts_read(&after);
	if (err)
		return err;
	array_each (&m->netns, n)
		n->in_scope = !s->request.netns || n->inode == s->request.netns;
	moment_derive(m);
	struct kernel_count k = {
		.before = before.inuse + before.inuse6 + before.time_waits,
		.after = after.inuse + after.inuse6 + after.time_waits,
		.opened = after.opened - before.opened,
	};
	*ret_fits = coverage_judge(m, &k);
	return 0;
}

static void read_limits(struct source *s, struct moment *m)
{
	array_each (&m->netns, n)
		if (n->self && n->in_scope)
			netns_read_settings(n, m->arena);
	host_limits_read(&m->limits);
}

int source_look(struct source *s, struct moment *m)
{
	uint64_t before_ns = m->taken_boot_ns;
	bool second = m->source != NULL, fits;

	host_describe(m);
	m->source = s->kind->name;
	if (second)
		m->window.ms = (m->taken_boot_ns - before_ns) / NS_PER_MS;
	m->coverage.gaps.count = 0;
	describe_scope(s, m);
	int err = look_counted(s, m, second, &fits);
	/* A listener that opened meanwhile is in no counter of openings: once more, unless that loses a window. */
	if (!err && !fits && !second)
		err = look_counted(s, m, second, &fits);
	if (err)
		return err;
	if (!fits)
		coverage_miss(m);
	if (s->request.wants & WANT_LIMITS)
		read_limits(s, m);
	if (s->request.wants)
		details_read(m, s->request.wants);
	coverage_end(m);
	return 0;
}

void source_close(struct source *s)
{
	if (s && s->kind)
		s->kind->close(s->state);
	free(s);
}

void source_cleanup(struct source **s)
{
	source_close(*s);
}
