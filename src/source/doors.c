#include "doors.h"
#include "base/file.h"
#include "base/parse.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/sockios.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

enum { MOUNTINFO_BYTES = 64 * 1024 * 1024 };

int doors_open(struct doors *d)
{
	struct stat st;
	int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	if (home < 0)
		return -errno;
	if (fstat(home, &st)) {
		close(home);
		return -errno;
	}
	*d = (struct doors){ .home = home, .home_inode = st.st_ino, .here_inode = st.st_ino };
	index_init(&d->index, NULL, sizeof(struct door), 0);
	doors_at(d, st.st_ino);
	return 0;
}

void doors_close(struct doors *d)
{
	doors_leave(d);
	close(d->home);
	array_each (&d->items, door) {
		free(door->path);
		free(door->name);
	}
	array_free(&d->items);
	index_free(&d->index);
}

struct door *doors_at(struct doors *d, uint64_t inode)
{
	uint32_t found = index_find(&d->index, inode);

	if (found != INDEX_NONE)
		return &d->items.items[found];
	struct door *new = array_push(&d->items);
	new->inode = inode;
	index_move(&d->index, &d->items.items[0].inode);
	index_add(&d->index, (uint32_t)d->items.count - 1);
	return new;
}

void doors_add_task(struct doors *d, uint64_t inode, uint32_t tgid, uint32_t tid)
{
	struct door *door = doors_at(d, inode);

	if (!door->tgid) {
		door->tgid = tgid;
		door->tid = tid;
	}
	door->last_tgid = tgid;
	door->last_tid = tid;
}

/* A name of the kernel's own making, as "net:[4026531840]": no path begins like that. No file system is asked. */
static bool link_begins(const char *path, const char *with)
{
	char target[64];
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	target[MAX(n, 0)] = '\0';
	return starts_with(target, with);
}

void doors_add_file(struct doors *d, uint64_t inode, uint32_t pid, uint32_t fd)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/fd/%" PRIu32, pid, fd);
	if (!link_begins(path, "net:["))
		return;
	struct door *door = doors_at(d, inode);
	door->file_pid = pid;
	door->file_fd = fd;
}

void doors_add_socket(struct doors *d, uint64_t inode, uint32_t pid, uint32_t fd)
{
	struct door *door = doors_at(d, inode);

	door->socket_pid = pid;
	door->socket_fd = fd;
}

static const char named_below[] = "/run/netns/";

/* `36 35 0:4 net:[4026532281] /run/netns/blue rw … - nsfs nsfs rw`; blanks in paths are \040. */
static void add_mount(struct doors *d, char *line, const char *root_of)
{
	char *rest = line, *root = NULL, *point = NULL, *end;

	for (int i = 0; i < 5; i++) {
		char *word = parse_word(&rest);
		if (!word)
			return;
		root = i == 3 ? word : root;
		point = word;
	}
	if (!starts_with(root, "net:["))
		return;
	uint64_t inode = strtoull(root + strlen("net:["), &end, 10);
	if (!inode || *end != ']')
		return;
	struct door *door = doors_at(d, inode);
	/* The same one is often mounted twice; a name of `ip netns` says more. */
	bool named = starts_with(point, named_below);
	if (door->path && (!named || door->name))
		return;
	TEXT_CLEANUP path = { 0 };
	text_printf(&path, "%s%s", root_of, point);
	free(door->path);
	door->path = take_ptr(path.bytes);
	door->name = named ? memory_strdup(point + strlen(named_below)) : NULL;
}

void doors_add_mounts(struct doors *d, const char *mountinfo, const char *root_of)
{
	cleanup(cleanup_free) char *copy = memory_strdup(mountinfo);
	char *rest = NULL;

	for (char *line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		if (strstr(line, " net:["))
			add_mount(d, line, root_of);
}

static bool has_mounts_of_first(void)
{
	struct stat own, first;

	return stat("/proc/self/ns/mnt", &own) || stat("/proc/1/ns/mnt", &first) || own.st_ino == first.st_ino;
}

int doors_find_mounts(struct doors *d)
{
	TEXT_CLEANUP own = { 0 }, hosts = { 0 };
	int err = file_read("/proc/thread-self/mountinfo", MOUNTINFO_BYTES, &own);

	if (!err)
		doors_add_mounts(d, own.bytes, "");
	if (!has_mounts_of_first() && !file_read("/proc/1/mountinfo", MOUNTINFO_BYTES, &hosts))
		doors_add_mounts(d, hosts.bytes, "/proc/1/root");
	return err;
}

static int open_task(uint32_t tgid, uint32_t tid)
{
	char path[64];

	if (!tgid)
		return -ENOENT;
	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/task/%" PRIu32 "/ns/net", tgid, tid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* A copy of another process's descriptor, if it is of that kind: by now the number may be that of anything, and
 * whatever is asked of a file of FUSE, its owner decides when there is an answer. So the copy is looked at before
 * anything is done with it. */
static int copy_of(uint32_t pid, uint32_t number, const char *kind)
{
	char path[64];

	if (!pid)
		return -ENOENT;
	cleanup(cleanup_close) int process = (int)syscall(SYS_pidfd_open, pid, 0);
	if (process < 0)
		return -errno;
	int copy = (int)syscall(SYS_pidfd_getfd, process, number, 0);
	if (copy < 0)
		return -errno;
	snprintf(path, sizeof(path), "/proc/thread-self/fd/%d", copy);
	if (link_begins(path, kind))
		return copy;
	close(copy);
	return -ENOENT;
}

static int open_file(uint32_t pid, uint32_t number)
{
	return copy_of(pid, number, "net:[");
}

static int open_path(const char *path)
{
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;

	return path ? (fd < 0 ? -errno : fd) : -ENOENT;
}

static int open_socket(uint32_t pid, uint32_t number)
{
	cleanup(cleanup_close) int copy = copy_of(pid, number, "socket:[");

	if (copy < 0)
		return copy;
	int fd = ioctl(copy, SIOCGSKNS);
	return fd < 0 ? -errno : fd;
}

/* Goes through the door that is open as `fd`, if it leads where it should: pids and descriptors are used again. */
static int walk_through(struct doors *d, uint64_t inode, int opened)
{
	cleanup(cleanup_close) int fd = opened;
	struct stat st;

	if (fd < 0)
		return opened;
	if (fstat(fd, &st))
		return -errno;
	if (st.st_ino != inode)
		return -ENOENT;
	if (setns(fd, CLONE_NEWNET))
		return -errno;
	d->here_inode = inode;
	return 0;
}

static bool is_gone(int err)
{
	return err == -ENOENT || err == -ESRCH || err == -EBADF;
}

int doors_enter(struct doors *d, uint64_t inode)
{
	int err = -ENOENT;

	if (d->here_inode == inode)
		return 0;
	if (inode == d->home_inode) {
		doors_leave(d);
		return 0;
	}
	const struct door door = *doors_at(d, inode);
	for (int way = 0; way < 5; way++) {
		int fd = way == 0   ? open_task(door.tgid, door.tid)
		         : way == 1 ? open_task(door.last_tgid, door.last_tid)
		         : way == 2 ? open_path(door.path)
		         : way == 3 ? open_file(door.file_pid, door.file_fd)
		                    : open_socket(door.socket_pid, door.socket_fd);
		int this = walk_through(d, inode, fd);
		if (!this)
			return 0;
		if (!is_gone(this))
			err = this;
	}
	return err;
}

void doors_leave(struct doors *d)
{
	if (d->here_inode != d->home_inode && !setns(d->home, CLONE_NEWNET))
		d->here_inode = d->home_inode;
}
