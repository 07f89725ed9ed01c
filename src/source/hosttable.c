#include "hosttable.h"
#include "bpf_iter.h"
#include "source/diag/diag.h"
#include "hosttable.load.h"
#include <bpf/bpf.h>
#include <errno.h>

enum {
	BUFFER_BYTES = 256 * 1024,
	LOAD_US = 25000,     /* about what loading costs, */
	WALK_US = 3000,      /* an empty table of 262,144 buckets, */
	SOCKETS_PER_US = 10, /* and what its sockets add (measured) */
	LOOSE_MOST = 2000,   /* sockets without a cookie in one namespace: with more, its own walk is cheaper */
};

/* Sockets that nobody has asked for a cookie yet. */
struct gathering {
	struct survey *survey;
	struct decoder *decoder;
	const bool *wanted;
	ARRAY(struct record_socket) loose;
	ARRAY(uint32_t) counts; /* of them, by index of the namespace */
	uint32_t netns, inode;  /* the last one */
};

bool hosttable_pays(const struct survey *v, uint32_t namespaces)
{
	uint64_t walk_us = WALK_US + v->rows.items[0].before.alloc / SOCKETS_PER_US;

	return namespaces > 1 && (namespaces - 1) * walk_us > LOAD_US;
}

static uint32_t netns_of(struct gathering *g, const struct record_socket *r)
{
	if (g->inode != r->netns) {
		g->netns = moment_netns(g->survey->moment, r->netns);
		g->inode = r->netns;
	}
	return g->netns;
}

static void give(struct gathering *g, const struct record_socket *r)
{
	struct record_socket known = *r;

	known.kind = RECORD_TABLE;
	decoder_feed(g->decoder, (const char *)&known, sizeof(known));
}

static void take_record(struct gathering *g, const struct record_socket *r)
{
	uint32_t netns = netns_of(g, r);

	if (netns >= g->survey->rows.count || !g->wanted[netns])
		return;
	if (r->cookie) {
		give(g, r);
		return;
	}
	while (g->counts.count <= netns)
		array_push(&g->counts);
	if (g->counts.items[netns]++ < LOOSE_MOST)
		*array_push(&g->loose) = *r;
}

static ssize_t feed(void *context, const char *bytes, size_t length)
{
	struct record_socket r;
	size_t at = 0;

	for (; length - at >= sizeof(r); at += sizeof(r)) {
		memcpy(&r, bytes + at, sizeof(r));
		if (r.kind != RECORD_LOOSE)
			return -EPROTO;
		take_record(context, &r);
	}
	return (ssize_t)at;
}

static int walk_with(struct hosttable_bpf *programs, struct gathering *g, char *buffer)
{
	union bpf_iter_link_info info = { .map.map_fd = (uint32_t)programs->maps.parts.map_fd };
	LIBBPF_OPTS(bpf_link_create_opts, opts, .iter_info = &info, .iter_info_len = sizeof(info));

	programs->bss->only_netns = (uint32_t)g->survey->request->netns;
	programs->bss->want_buckets = (g->survey->request->wants & (WANT_BUCKETS | WANT_LIMITS)) != 0;
	int link = bpf_link_create(programs->progs.dump_part.prog_fd, 0, BPF_TRACE_ITER, &opts);
	if (link < 0)
		return -errno;
	programs->links.dump_part_fd = link;
	return bpf_iter_read(link, buffer, BUFFER_BYTES, feed, g);
}

static int walk(struct gathering *g)
{
	struct hosttable_bpf *programs = hosttable_bpf__open();
	cleanup(cleanup_free) char *buffer = memory_resize(NULL, BUFFER_BYTES, 1);
	int err = programs ? hosttable_bpf__load(programs) : -ENOMEM;

	if (!err)
		err = walk_with(programs, g, buffer);
	hosttable_bpf__destroy(programs);
	return err;
}

static int compare_netns(const void *a, const void *b)
{
	return CMP(((const struct record_socket *)a)->netns, ((const struct record_socket *)b)->netns);
}

static struct endpoint endpoint_of(const struct record_socket *r, const uint8_t bytes[16], uint16_t port)
{
	struct endpoint e = { .port = port, .addr.v6 = (r->flags & RECORD_V6) != 0 };

	memcpy(e.addr.bytes, bytes, 16);
	return e;
}

/* All of one namespace. What has no answer has gone meanwhile. */
static int name_loose(struct gathering *g, uint32_t netns, struct record_socket *records, size_t count)
{
	cleanup(diag_cleanup) struct diag *d = NULL;
	int err = survey_enter(g->survey, netns) ?: diag_open(&d);

	for (size_t i = 0; i < count && !err; i++) {
		struct record_socket *r = &records[i];
		struct endpoint local = endpoint_of(r, r->local, r->local_port);
		struct endpoint peer = endpoint_of(r, r->peer, r->peer_port);
		uint64_t cookie;
		if (diag_cookie(d, &local, &peer, &cookie))
			continue;
		r->cookie = cookie;
		give(g, r);
	}
	return err;
}

static void name_all(struct gathering *g, bool *wanted)
{
	size_t first = 0;

	array_sort(&g->loose, compare_netns);
	for (size_t i = 1; i <= g->loose.count; i++) {
		struct record_socket *records = g->loose.items + first;
		if (i < g->loose.count && records[i - first].netns == records->netns)
			continue;
		uint32_t netns = netns_of(g, records);
		bool crowded = g->counts.items[netns] > LOOSE_MOST;
		wanted[netns] = crowded || name_loose(g, netns, records, i - first);
		first = i;
	}
}

void hosttable_walk(struct survey *v, struct decoder *d, bool *wanted)
{
	struct gathering g = { .survey = v, .decoder = d, .wanted = wanted };

	if (!walk(&g)) {
		/* Without a loose one, all that was there has been given already. */
		cleanup(cleanup_free) bool *left = memory_zeroed(v->rows.count + 1);
		name_all(&g, left);
		memcpy(wanted, left, v->rows.count);
	}
	array_free(&g.loose);
	array_free(&g.counts);
}
