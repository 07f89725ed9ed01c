#include "hiding.h"
#include "base/file.h"
#include "host.h"
#include "privilege.h"
#include <inttypes.h>

enum { FDINFO_BYTES = 4 * 1024 * 1024 };

struct inodes {
	ARRAY(uint64_t) items;
};

static bool is_hiding(const struct socket *s)
{
	return s->first_holder == HOLDER_NONE && socket_has(s, SOCKET_HAS_FILE) && s->unowned == UNOWNED_UNKNOWN;
}

bool hiding_is_needed(const struct moment *m)
{
	array_each (&m->sockets, s)
		if (is_hiding(s))
			return true;
	return false;
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
	struct inodes *in_rings = context;

	*array_push(&in_rings->items) = inode;
}

static void read_ring(const struct ring *r, struct inodes *in_rings)
{
	TEXT_CLEANUP text = { 0 };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/fdinfo/%" PRIu32, r->pid, r->fd);
	if (!file_read(path, FDINFO_BYTES, &text))
		hiding_ring_sockets(text.bytes, add_inode, in_rings);
}

#define HAS(array, key)                                                                                                \
	((array)->count && bsearch(&(uint64_t){ key }, (array)->items, (array)->count, sizeof(uint64_t), compare_u64))

/* True if every one could be explained. */
static bool match(const struct hideouts *h, const struct inodes *in_rings, struct moment *m)
{
	bool all = true;

	array_each (&m->sockets, s) {
		if (!is_hiding(s))
			continue;
		if (HAS(&h->cookies, s->cookie))
			s->unowned = UNOWNED_IN_FLIGHT;
		else if (HAS(&in_rings->items, s->inode))
			s->unowned = UNOWNED_IO_URING;
		else
			all = false;
	}
	return all;
}

/* What remains is hidden if there is anybody it can hide with; else we do not know. */
static void judge_rest(struct moment *m, bool others_exist)
{
	array_each (&m->sockets, s)
		if (is_hiding(s))
			s->unowned = others_exist ? UNOWNED_HIDDEN : UNOWNED_UNKNOWN;
}

void hiding_judge(struct hideouts *h, struct moment *m)
{
	struct inodes in_rings = { 0 };
	bool foreign = !host_sees_all_processes();

	array_each (&h->rings, r)
		read_ring(r, &in_rings);
	if (h->cookies.count)
		array_sort(&h->cookies, compare_u64);
	if (in_rings.items.count)
		array_sort(&in_rings.items, compare_u64);
	if (!match(h, &in_rings, m)) {
		if (foreign)
			moment_gap(m, "processes outside of this pid namespace",
			           "sockets have a file that no process seen here has open", privilege_mend(m->arena));
		judge_rest(m, foreign || h->unreadable);
	}
	array_free(&h->cookies);
	array_free(&h->rings);
	array_free(&in_rings.items);
}
