#include "whose.h"
#include "base/file.h"
#include "base/parse.h"
#include "clues.h"
#include "model/process.h"
#include "source/host.h"
#include "users.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

enum { SMALL_BYTES = 64 * 1024, PASSWD_BYTES = 256 * 1024 };

/* A container and the namespace of a process in it: as many as it has namespaces. */
struct box {
	const char *id;
	uint64_t netns;
};

struct boxes {
	struct arena *arena;
	struct users users;
	int root, proc;
	ARRAY(struct box) items;
	ARRAY(struct naming) names; /* of each, at the same index */
};

static bool is_known(const struct boxes *b, const char *id, uint64_t netns)
{
	array_each (&b->items, box)
		if (box->netns == netns && streq(box->id, id))
			return true;
	return false;
}

/* One that goes meanwhile is passed over. */
static void add_process(struct boxes *b, const char *pid)
{
	cleanup(cleanup_close) int dir = openat(b->proc, pid, O_PATH | O_DIRECTORY | O_CLOEXEC);
	TEXT_CLEANUP text = { 0 };
	struct cgroup c;
	struct stat owner, netns;
	uint64_t number;

	if (dir < 0 || parse_u64(pid, &number) || fstat(dir, &owner) || file_read_at(dir, "cgroup", SMALL_BYTES, &text))
		return;
	cgroup_parse(text.bytes, b->arena, &c);
	if ((!c.container && !container_of_task(b->root, &c, b->arena)) || fstatat(dir, "ns/net", &netns, 0) ||
	    is_known(b, c.container, netns.st_ino))
		return;
	*array_push(&b->items) = (struct box){ c.container, netns.st_ino };
	*array_push(&b->names) = (struct naming){
		.id = c.container,
		.uid = owner.st_uid,
		.pid = (uint32_t)number,
		.home = users_home(&b->users, owner.st_uid),
		.found.name = c.named ? c.container : NULL,
	};
}

static int read_boxes(struct boxes *b)
{
	cleanup(cleanup_closedir) DIR *pids = file_open_dir(b->proc, ".");
	int err = pids ? 0 : -errno;
	TEXT_CLEANUP passwd = { 0 };

	if (!file_read_at(b->root, "etc/passwd", PASSWD_BYTES, &passwd))
		users_parse(&b->users, passwd.bytes, b->arena);
	for (const char *pid; pids && (pid = file_next_name(pids, &err));)
		if (*pid >= '1' && *pid <= '9')
			add_process(b, pid);
	clues_name(b->root, b->proc, b->names.items, b->names.count, b->arena);
	return err;
}

static bool is_called(const struct naming *n, const char *called)
{
	const char *pod = n->found.pod, *slash = pod ? strrchr(pod, '/') : NULL;

	return (n->found.name && streq(n->found.name, called)) || streq(n->id, called) ||
	       (strlen(called) >= CONTAINER_ID_SHOWN && starts_with(n->id, called)) || (pod && streq(pod, called)) ||
	       (slash && streq(slash + 1, called));
}

static int find_called(const struct boxes *b, const char *called, uint64_t *ret_inode)
{
	int result = -ENOENT;

	for (size_t i = 0; i < b->items.count && result != -ENOTUNIQ; i++) {
		if (!is_called(&b->names.items[i], called))
			continue;
		result = result == -ENOENT || *ret_inode == b->items.items[i].netns ? 0 : -ENOTUNIQ;
		*ret_inode = b->items.items[i].netns;
	}
	return result;
}

int whose_netns(const char *called, uint64_t *ret_inode)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	cleanup(cleanup_close) int root = host_open_root(), proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct boxes boxes = { .arena = arena, .root = root, .proc = proc };
	uint64_t inode = 0;
	int err = -ENOENT;

	if (root >= 0 && proc >= 0)
		err = read_boxes(&boxes) ?: find_called(&boxes, called, &inode);
	if (!err)
		*ret_inode = inode;
	users_free(&boxes.users);
	array_free(&boxes.items);
	array_free(&boxes.names);
	return err;
}
