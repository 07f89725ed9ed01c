/* The door: which source serves this host, and what every look has in common. */
#include "source.h"
#include "base/clock.h"
#include "base/words.h"
#include "census.h"
#include "crossings.h"
#include "details.h"
#include "host.h"
#include "model/coverage.h"
#include "privilege.h"
#include "survey.h"
#include "sysctl_files.h"
#include "translations.h"
#include "unknown.h"
#include <errno.h>

/* Best first. */
static const struct source_kind *const kinds[] = { &source_bpf, &source_sock_diag };

struct source {
	const struct source_kind *kind;
	void *state;
	struct source_request request;
	size_t first_gap, gaps; /* those of the look before, in the moment's */
	struct census *census;  /* NULL: not asked for yet, or not to be had */
	int census_err;
};

static int open_forced(struct source *s, struct arena *arena, struct gap *ret_why)
{
	const char *names[ARRAY_SIZE(kinds) + 1] = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		names[i] = kinds[i]->name;
		if (!word_equal(names[i], s->request.force))
			continue;
		int err = kinds[i]->open(&s->request, arena, &s->state, ret_why);
		if (!err)
			s->kind = kinds[i];
		return err == -EINVAL ? -EOPNOTSUPP : err; /* that word is for a source that does not exist */
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
		err = err == -EINVAL ? -EOPNOTSUPP : err;
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
	uint64_t self;
	int err = host_self_netns(&self);
	if (err) {
		*ret_why = (struct gap){ "anything", "there is no /proc to read here", "mount -t proc proc /proc" };
		return err;
	}
	if (request->scope != SCOPE_ONE)
		s->request.netns = request->scope == SCOPE_SELF ? self : 0;
	err = request->force ? open_forced(s, arena, ret_why) : open_best(s, arena, ret_why);
	if (!err)
		*ret = take_ptr(s);
	return err;
}

/* One look between two counts of the kernel's. Its time is that of its end: "so long ago" was then counted from a time
 * that is not later, and nothing seems older than it is beside the start of a process. */
static int look_counted(struct source *s, struct moment *m, bool second, bool *ret_fits)
{
	struct survey v;
	int err = survey_begin(&v, m, &s->request);

	if (err)
		return err;
	if (survey_is_wide(&v))
		survey_find_mounts(&v);
	err = s->kind->look(s->state, &v, second);
	if (!err) {
		clock_now(&m->taken_boot_ns, &m->taken_unix_ms);
		moment_derive(m);
		*ret_fits = survey_judge(&v);
		if (s->request.wants & WANT_LIMITS)
			survey_read_settings(&v);
		if (s->request.wants & (WANT_TRANSLATIONS | WANT_LOST_TRANSLATIONS))
			translations_read(&v);
		if (s->request.wants & WANT_CROSSINGS)
			crossings_read(&v);
	}
	survey_end(&v);
	return err;
}

/* What the look before could not see: the next one tells anew. Gaps of others stay. */
static void forget_gaps(struct source *s, struct moment *m)
{
	struct gap *gaps = m->coverage.gaps.items;
	size_t behind = s->first_gap + s->gaps;

	if (s->gaps)
		memmove(gaps + s->first_gap, gaps + behind, (m->coverage.gaps.count - behind) * sizeof(*gaps));
	m->coverage.gaps.count -= s->gaps;
	s->first_gap = m->coverage.gaps.count;
	s->gaps = 0;
}

/* One that does not exist has no sockets, and no count that would not fit: nothing may be said of it. */
static void tell_unknown(const struct source *s, struct moment *m)
{
	if (s->request.scope != SCOPE_ONE)
		return;
	array_each (&m->netns, n)
		if (n->inode == s->request.netns && (n->counters_known || n->table_seen))
			return;
	moment_gap(m, "the network namespace that was asked for",
	           arena_printf(m->arena, "nothing on this host leads to one with inode %llu",
	                        (unsigned long long)s->request.netns),
	           "lsns -t net");
}

/* A listener that opened meanwhile is in no counter of openings: once more, unless that loses a window. */
static int look_until_it_fits(struct source *s, struct moment *m, bool second)
{
	size_t begin = m->coverage.gaps.count;
	bool fits = false;
	int err = 0;

	for (int tries = 0; tries < (second ? 1 : 2) && !fits && !err; tries++) {
		m->coverage.gaps.count = begin;
		err = look_counted(s, m, second, &fits);
	}
	if (!err && !fits)
		coverage_miss(m, privilege_in_container() ? privilege_mend(m->arena) : NULL);
	if (!err)
		tell_unknown(s, m);
	return err;
}

void source_follow(struct source *s)
{
	s->first_gap = s->gaps = 0;
}

static void read_limits(struct moment *m, bool second)
{
	static const char recycle[] = "net.ipv4.tcp_tw_recycle";

	m->limits_before = m->limits;
	host_limits_read(m);
	if (second)
		return;
	m->limits_before = m->limits;
	unknown_tell(m, UNKNOWN_FILES, "sysctl.d", sysctl_files_obsolete(recycle, m->arena, &m->recycle_set_in));
}

int source_look(struct source *s, struct moment *m)
{
	uint64_t before_ns = m->taken_boot_ns;
	bool second = m->source != NULL;

	if (!second)
		s->gaps = 0; /* those were another moment's */
	forget_gaps(s, m);
	m->window.from_boot_ns = before_ns;
	host_describe(m);
	m->source = s->kind->name;
	m->fleet_key_id = s->request.fleet_key ? fleet_key_id(s->request.fleet_key) : 0;
	int err = look_until_it_fits(s, m, second);
	if (err)
		return err;
	if (second)
		m->window.ms = (m->taken_boot_ns - before_ns) / NS_PER_MS;
	if (s->request.wants & WANT_LIMITS)
		read_limits(m, second);
	if (s->request.wants)
		details_read(m, s->request.wants);
	s->gaps = m->coverage.gaps.count - s->first_gap;
	return 0;
}

/* Who forced a source without BPF wants none. */
int source_count(struct source *s, uint64_t ret[STATE_COUNT])
{
	if (s->kind != &source_bpf)
		return -EOPNOTSUPP;
	if (!s->census && !s->census_err)
		s->census_err = census_open(&s->census);
	return s->census_err ?: census_take(s->census, s->request.netns, ret);
}

void source_close(struct source *s)
{
	if (s && s->kind)
		s->kind->close(s->state);
	if (s)
		census_close(s->census);
	free(s);
}

void source_cleanup(struct source **s)
{
	source_close(*s);
}
