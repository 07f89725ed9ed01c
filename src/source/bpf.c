/* The best source: two iterators of the kernel, walked in one thread. Needs BTF and the right to load BPF. */
#include "source.h"
#include "bpf/pid_namespace.h"
#include "decode.h"
#include "hosttable.h"
#include "snapshot.load.h"
#include "bpf_host.h"
#include "bpf_iter.h"
#include "bpf_hiding.h"
#include "model/coverage.h"
#include "survey.h"
#include <errno.h>

enum { READ_BYTES = 256 * 1024 };

struct bpf_source {
	struct snapshot_bpf *programs;
	char buffer[READ_BYTES];
};

static void bpf_close(void *state)
{
	struct bpf_source *b = state;

	snapshot_bpf__destroy(b->programs);
	free(b);
}

static int bpf_open(const struct source_request *request, struct arena *arena, void **ret_state, struct gap *ret_why)
{
	struct bpf_source *b = memory_zeroed(sizeof(*b));
	int err;

	b->programs = snapshot_bpf__open();
	err = b->programs ? pid_namespace_find(&b->programs->rodata->pid_namespace) : -ENOMEM;
	if (!err)
		err = snapshot_bpf__load(b->programs);
	if (!err && snapshot_bpf__attach(b->programs))
		err = -errno;
	if (err) {
		*ret_why = bpf_host_why(err, arena);
		bpf_close(b);
		return err;
	}
	*ret_state = b;
	return 0;
}

static ssize_t feed(void *context, const char *bytes, size_t length)
{
	return decoder_feed(context, bytes, length);
}

/* One pass of one iterator. The namespace of dump_table is the caller's at this moment. */
static int pass(struct bpf_source *b, int link, struct decoder *d)
{
	return bpf_iter_read(link, b->buffer, sizeof(b->buffer), feed, d);
}

/* Sockets that this look has seen already, by namespace, as the kernel counts them. */
static uint64_t *count_seen(const struct moment *m)
{
	uint64_t *seen = memory_zeroed((m->netns.count + 1) * sizeof(*seen));

	array_each (&m->sockets, s)
		if (s->state != STATE_CLOSE && look_saw(s))
			seen[s->netns] += coverage_counts(m, s);
	return seen;
}

/* What no descriptor shows in this namespace. */
static int walk_table(struct bpf_source *b, struct survey *v, struct decoder *d, uint32_t netns)
{
	int err = survey_enter(v, netns);

	if (err)
		return 0; /* told by the survey */
	decoder_table_begin(d);
	b->programs->bss->table_in_full = false;
	err = pass(b, b->programs->links.dump_table_fd, d);
	if (err || !decoder_table_unseen(d, netns))
		return err;
	b->programs->bss->table_in_full = true;
	return pass(b, b->programs->links.dump_table_fd, d);
}

/* Which tables must be walked, given what is seen so far? `told`: the host's table has told what it has. */
static uint32_t find_wanted(const struct survey *v, const struct decoder *d, bool told, bool *ret_wanted)
{
	const struct moment *m = v->moment;
	cleanup(cleanup_free) uint64_t *seen = count_seen(m);
	uint32_t count = 0;

	for (uint32_t i = 0; i < v->rows.count; i++) {
		uint64_t requests = told && !ret_wanted[i] ? 0 : decoder_requests(d, i);
		ret_wanted[i] = m->netns.items[i].in_scope && survey_needs_walk(v, i, seen[i], requests);
		count += ret_wanted[i];
	}
	return count;
}

static int walk_tables(struct bpf_source *b, struct survey *v, struct decoder *d)
{
	cleanup(cleanup_free) bool *wanted = memory_zeroed(v->rows.count + 1);
	int err = 0;

	if (hosttable_pays(v, find_wanted(v, d, false, wanted))) {
		hosttable_walk(v, d, wanted);
		find_wanted(v, d, true, wanted);
	}
	for (uint32_t i = 0; i < v->rows.count && !err; i++) {
		if (wanted[i])
			err = walk_table(b, v, d, i);
		v->moment->netns.items[i].table_seen = v->moment->netns.items[i].in_scope && !err;
	}
	return err;
}

static int bpf_look(void *state, struct survey *v, bool second)
{
	struct bpf_source *b = state;
	struct decoder d;
	int err = 0;

	decoder_begin(&d, v->moment, &v->doors, v->request->fleet_key, second);
	b->programs->bss->only_netns = (uint32_t)v->request->netns;
	b->programs->bss->want_buckets = (v->request->wants & (WANT_BUCKETS | WANT_LIMITS)) != 0;
	b->programs->bss->want_doors = survey_is_wide(v);
	if (survey_is_wide(v))
		err = pass(b, b->programs->links.dump_tasks_fd, &d);
	survey_count(v);
	if (!err)
		err = pass(b, b->programs->links.dump_held_fd, &d);
	survey_count(v);
	if (!err)
		err = walk_tables(b, v, &d);
	decoder_end(&d, err);
	doors_leave(&v->doors);
	if (!err)
		bpf_hiding_search(v->moment);
	return err;
}

const struct source_kind source_bpf = {
	.name = "bpf",
	.open = bpf_open,
	.look = bpf_look,
	.close = bpf_close,
};
