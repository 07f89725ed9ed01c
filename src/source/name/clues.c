#include "clues.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/parse.h"
#include "source/peek.h"
#include "source/proc.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>

enum {
	MOUNTINFO_BYTES = 4 * 1024 * 1024,
	COMMAND_BYTES = 64 * 1024,
	LINE_BYTES = 8192,
	STAT_BYTES = 4096,
	PARENTS_MOST = 16, /* between a process and the monitor of its container */
	SPENT_MS = 200,    /* of the processor, for all: anybody may look like a container that has no name */
};

/* One line of a mountinfo: `36 35 98:0 /root /point rw …` (proc(5)). */
struct mount {
	char device[32];
	const char *root, *point; /* end with a blank */
	size_t root_length, point_length;
};

/* The next line; NULL behind the last. A line that is none is passed over. */
static const char *mount_next(const char *s, struct mount *ret)
{
	char line[LINE_BYTES];

	for (const char *at = s; parse_line(&s, line, sizeof(line)); at = s) {
		int root = 0, point = 0;
		if (sscanf(line, "%*u %*u %31s %n%*s %n", ret->device, &root, &point) != 1 || !root || !point)
			continue;
		ret->root = at + root;
		ret->point = at + point;
		ret->root_length = strcspn(ret->root, " ");
		ret->point_length = strcspn(ret->point, " \n");
		return s;
	}
	return NULL;
}

static bool mount_is_at(const struct mount *m, const char *point)
{
	return m->point_length == strlen(point) && !memcmp(m->point, point, m->point_length);
}

/* A host's mount of the same file system that has `file` in it: / has all, /a has /a/b. */
static bool mount_holds(const struct mount *m, const struct mount *file)
{
	size_t length = m->root_length == 1 ? 0 : m->root_length;

	return streq(m->device, file->device) && file->root_length > length && !memcmp(m->root, file->root, length) &&
	       file->root[length] == '/';
}

int clues_find_mount(const char *inside, const char *host, const char *point, struct text *ret_path)
{
	struct mount file, m;

	do {
		inside = mount_next(inside, &file);
	} while (inside && !mount_is_at(&file, point));
	while (inside && (host = mount_next(host, &m))) {
		size_t kept = m.root_length == 1 ? 0 : m.root_length;
		if (!mount_holds(&m, &file))
			continue;
		text_printf(ret_path, "%.*s%.*s", m.point_length == 1 ? 0 : (int)m.point_length, m.point,
		            (int)(file.root_length - kept), file.root + kept);
		return 0;
	}
	return -ENOENT;
}

static int read_of(int proc, uint32_t pid, const char *name, size_t most, struct text *out)
{
	char path[64];

	snprintf(path, sizeof(path), "%" PRIu32 "/%s", pid, name);
	return file_read_at(proc, path, most, out);
}

/* Every runtime mounts a hostname file of its own, and keeps it beside what describes the container. */
static void find_beside(int proc, const char *host, struct naming *n, struct arena *arena)
{
	TEXT_CLEANUP inside = { 0 }, path = { 0 };

	if (!read_of(proc, n->pid, "mountinfo", MOUNTINFO_BYTES, &inside) &&
	    !clues_find_mount(inside.bytes, host, "/etc/hostname", &path))
		n->beside = arena_strdup(arena, path.bytes);
}

/* The argument behind `option`; arguments end with a NUL byte each. NULL: there is none. */
static const char *argument(const struct text *command, const char *option)
{
	const char *end = command->bytes + command->length;

	for (const char *a = command->bytes; a && a < end; a += strlen(a) + 1)
		if (streq(a, option) && a + strlen(a) + 1 < end)
			return a + strlen(a) + 1;
	return NULL;
}

/* `conmon … -c ID … -n NAME …` of podman and cri-o. */
static bool take_monitor(int proc, struct peek *peek, uint32_t pid, struct naming *n, struct arena *arena)
{
	TEXT_CLEANUP command = { 0 };
	char name_of_dir[16];

	snprintf(name_of_dir, sizeof(name_of_dir), "%" PRIu32, pid);
	cleanup(cleanup_close) int dir = openat(proc, name_of_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || peek_file(peek, dir, "cmdline", COMMAND_BYTES, &command) || !command.length)
		return false;
	const char *id = argument(&command, "-c"), *name = argument(&command, "-n");
	if (!id || !name || !streq(id, n->id))
		return false;
	container_take_name(name, arena, &n->found);
	n->err = 0;
	return true;
}

static void take_parents(int proc, struct peek *peek, struct naming *n, struct arena *arena)
{
	uint32_t pid = n->pid;

	for (int i = 0; i < PARENTS_MOST && pid > 1; i++) {
		TEXT_CLEANUP text = { 0 };
		struct proc_stat stat;
		if (read_of(proc, pid, "stat", STAT_BYTES, &text) || proc_stat_parse(text.bytes, &stat))
			return;
		pid = stat.ppid;
		if (pid && take_monitor(proc, peek, pid, n, arena))
			return;
	}
}

void clues_name(int root, int proc, struct naming *items, size_t count, struct arena *arena)
{
	TEXT_CLEANUP host = { 0 };
	cleanup(peek_end) struct peek peek = { 0 };
	uint64_t end_ns = clock_spent_ns() + SPENT_MS * NS_PER_MS;

	naming_lookup(root, items, count, arena);
	for (size_t i = 0; i < count; i++) {
		if (!items[i].found.name && clock_spent_ns() > end_ns)
			items[i].err = -ETIMEDOUT;
		else if (!items[i].found.name)
			take_parents(proc, &peek, &items[i], arena);
		if (items[i].found.name || items[i].err == -ETIMEDOUT)
			continue;
		if (!host.length && file_read_at(root, "proc/1/mountinfo", MOUNTINFO_BYTES, &host))
			return;
		find_beside(proc, host.bytes, &items[i], arena);
	}
	naming_lookup_beside(root, items, count, arena);
}
