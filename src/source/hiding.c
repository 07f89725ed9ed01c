#include "hiding.h"
#include "base/file.h"
#include "bpf/record.h"
#include "bpf_iter.h"
#include "hiding.skel.h"
#include "host.h"
#include "proc.h"
#include <errno.h>
#include <inttypes.h>

enum { BUFFER_BYTES = 64 * 1024, FDINFO_BYTES = 4 * 1024 * 1024 };

struct ring {
	uint32_t tgid, fd;
};

struct search {
	struct moment *moment;
	ARRAY(uint64_t) cookies; /* of sockets in flight, sorted later */
	ARRAY(struct ring) rings;
	ARRAY(uint64_t) inodes; /* of sockets in rings, sorted later */
};

static bool is_hiding(const struct socket *s)
{
	return s->first_holder == HOLDER_NONE && socket_has(s, SOCKET_HAS_FILE) && s->unowned == UNOWNED_UNKNOWN;
}

static ssize_t feed(void *context, const char *bytes, size_t length)
{
	struct search *s = context;
	struct record_hiding r;
	size_t at = 0;

	for (; length - at >= sizeof(r); at += sizeof(r)) {
		memcpy(&r, bytes + at, sizeof(r));
		if (r.kind == HIDING_FLIGHT)
			*array_push(&s->cookies) = r.cookie;
		else if (r.kind == HIDING_RING)
			*array_push(&s->rings) = (struct ring){ r.tgid, r.fd };
		else
			return -EPROTO;
	}
	return (ssize_t)at;
}

static int walk_descriptors(struct search *s)
{
	struct hiding_bpf *programs = hiding_bpf__open_and_load();
	cleanup(cleanup_free) char *buffer = memory_resize(NULL, BUFFER_BYTES, 1);
	int err = programs ? hiding_bpf__attach(programs) : -errno;

	if (!err)
		err = bpf_iter_read(bpf_link__fd(programs->links.dump_hiding), buffer, BUFFER_BYTES, feed, s);
	hiding_bpf__destroy(programs);
	return err;
}

void hiding_ring_sockets(const char *fdinfo, void (*found)(void *context, uint32_t inode), void *context)
{
	const char *s = strstr(fdinfo, "\nUserFiles:");
	unsigned inode;

	for (s = s ? strchr(s + 1, '\n') : NULL; s && s[1] == ' '; s = strchr(s + 1, '\n'))
		if (sscanf(s + 1, "%*u: socket:[%u]", &inode) == 1)
			found(context, inode);
}

static void add_inode(void *context, uint32_t inode)
{
	struct search *s = context;

	*array_push(&s->inodes) = inode;
}

static void read_ring(struct search *s, const struct ring *r)
{
	TEXT_CLEANUP text = { 0 };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/fdinfo/%" PRIu32, r->tgid, r->fd);
	if (!file_read(path, FDINFO_BYTES, &text))
		hiding_ring_sockets(text.bytes, add_inode, s);
}

static int compare_u64(const void *a, const void *b)
{
	return CMP(*(const uint64_t *)a, *(const uint64_t *)b);
}

#define HAS(array, key)                                                                                                \
	((array)->count && bsearch(&(uint64_t){ key }, (array)->items, (array)->count, sizeof(uint64_t), compare_u64))

/* What remains without an explanation: hidden, if there is anybody it can hide with; else we do not know. */
static enum unowned explain_rest(struct moment *m)
{
	uint32_t closed = proc_count_unreadable();

	if (!host_sees_all_processes()) {
		moment_gap(m, "processes outside of this pid namespace",
		           "sockets have a file that no process seen here has open",
		           "run in the host's: docker run --pid=host, kubectl debug node/NAME, nsenter -t 1 -p");
		return UNOWNED_HIDDEN;
	}
	if (!closed)
		return UNOWNED_UNKNOWN;
	moment_gap(m, arena_printf(m->arena, "the descriptors of %" PRIu32 " processes", closed),
	           "/proc does not let this user read them, and sockets have a file that no other process has open",
	           NULL);
	return UNOWNED_HIDDEN;
}

static void judge(struct search *s)
{
	bool left = false;

	if (s->cookies.count)
		array_sort(&s->cookies, compare_u64);
	if (s->inodes.count)
		array_sort(&s->inodes, compare_u64);
	array_each (&s->moment->sockets, k) {
		if (!is_hiding(k))
			continue;
		if (HAS(&s->cookies, k->cookie))
			k->unowned = UNOWNED_IN_FLIGHT;
		else if (HAS(&s->inodes, k->inode))
			k->unowned = UNOWNED_IO_URING;
		else
			left = true;
	}
	enum unowned otherwise = left ? explain_rest(s->moment) : UNOWNED_UNKNOWN;
	array_each (&s->moment->sockets, k)
		if (is_hiding(k))
			k->unowned = (uint8_t)otherwise;
}

void hiding_search(struct moment *m)
{
	struct search s = { .moment = m };
	bool any = false;

	array_each (&m->sockets, k)
		any |= is_hiding(k);
	if (!any)
		return;
	walk_descriptors(&s);
	array_each (&s.rings, r)
		read_ring(&s, r);
	judge(&s);
	array_free(&s.cookies);
	array_free(&s.rings);
	array_free(&s.inodes);
}
