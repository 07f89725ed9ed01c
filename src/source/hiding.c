#include "hiding.h"
#include "base/file.h"
#include "base/parse.h"
#include "host.h"
#include "privilege.h"
#include "proc.h"
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
	char line[64];
	unsigned inode;

	if (!s)
		return;
	s++;
	parse_line(&s, line, sizeof(line));
	while (parse_line(&s, line, sizeof(line)) && *line == ' ')
		if (sscanf(line, "%*u: socket:[%u]", &inode) == 1)
			found(context, inode);
}

static void add_inode(void *context, uint32_t inode)
{
	struct inodes *in_rings = context;

	*array_push(&in_rings->items) = inode;
}

static int read_ring(const struct ring *r, struct inodes *in_rings)
{
	TEXT_CLEANUP text = { 0 };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/fdinfo/%" PRIu32, r->pid, r->fd);
	int err = file_read(path, FDINFO_BYTES, &text);
	if (!err)
		hiding_ring_sockets(text.bytes, add_inode, in_rings);
	return proc_is_gone(err) ? 0 : err;
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

/* With whom may they be, or what could not be asked? True if there are processes that we cannot see. */
static bool tell_hidden(const struct hideouts *h, struct moment *m)
{
	static const char why[] = "sockets have a file that no process seen here has open";
	bool foreign = !host_sees_all_processes(), hides = proc_hides();

	if (foreign)
		moment_gap(m, "processes outside of this pid namespace", why, privilege_mend(m->arena));
	else if (hides)
		moment_gap(m, "processes that this /proc hides (hidepid)", why, privilege_mend(m->arena));
	if (h->err)
		moment_gap(m, "who has some of the sockets",
		           arena_printf(m->arena, "looking for descriptors in flight and in rings failed: %s",
		                        strerror(-h->err)),
		           NULL);
	return foreign || hides || h->unreadable;
}

void hiding_judge(struct hideouts *h, struct moment *m)
{
	struct inodes in_rings = { 0 };

	array_each (&h->rings, r)
		h->err = read_ring(r, &in_rings) ?: h->err;
	array_sort(&h->cookies, compare_u64);
	array_sort(&in_rings.items, compare_u64);
	if (!match(h, &in_rings, m))
		judge_rest(m, tell_hidden(h, m));
	array_free(&h->cookies);
	array_free(&h->rings);
	array_free(&in_rings.items);
}
