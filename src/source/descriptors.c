#include "descriptors.h"
#include "base/file.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <sys/stat.h>
#include <sys/syscall.h>

enum { TABLES = 16 }; /* different ones in one process: more are not compared, only read again */

struct process_walk {
	struct descriptor_walk *walk;
	struct descriptor_owner owner;
	int dir; /* /proc/PID */
	uint32_t told[TABLES];
	size_t told_count;
	int err; /* -errno: not all of its descriptors could be read */
};

static bool parse_target(const char *target, struct descriptor *d)
{
	static const struct {
		const char *prefix;
		enum descriptor_kind kind;
	} rows[] = { { "socket:[", DESCRIPTOR_SOCKET }, { "net:[", DESCRIPTOR_NETNS } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!starts_with(target, rows[i].prefix))
			continue;
		d->kind = rows[i].kind;
		d->inode = strtoull(target + strlen(rows[i].prefix), NULL, 10);
		return d->inode != 0;
	}
	d->kind = DESCRIPTOR_RING;
	d->inode = 0;
	return streq(target, "anon_inode:[io_uring]");
}

/* What goes away meanwhile, descriptor, thread or process, is no loss. */
static void note_unread(struct process_walk *p, int err)
{
	if (err && !proc_is_gone(err))
		p->err = err;
}

static void walk_table(struct process_walk *p, DIR *fds)
{
	char target[64];

	for (const char *name; (name = file_next_name(fds, &p->err));) {
		struct descriptor d = { .fd = (uint32_t)strtoul(name, NULL, 10) };
		ssize_t n = readlinkat(dirfd(fds), name, target, sizeof(target) - 1);
		if (n < 0)
			note_unread(p, -errno); /* a table may be listed and its links still be closed */
		if (n <= 0)
			continue;
		target[n] = '\0';
		if (parse_target(target, &d))
			p->walk->found(p->walk->context, &p->owner, &d);
	}
}

static bool same_table(uint32_t a, uint32_t b)
{
	return !syscall(SYS_kcmp, a, b, KCMP_FILES, 0, 0);
}

/* Another process may own the table, too (clone(CLONE_FILES)): then its parent has told it. */
static bool thread_is_told(const struct process_walk *p, uint32_t tid)
{
	for (size_t i = 0; i < p->told_count; i++)
		if (same_table(p->told[i], tid))
			return true;
	return p->owner.stat.ppid && same_table(p->owner.stat.ppid, tid);
}

static void tell_namespace(struct process_walk *p, uint32_t tid)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "task/%u/ns/net", tid);
	if (!fstatat(p->dir, path, &st, 0))
		p->walk->task(p->walk->context, p->owner.pid, tid, st.st_ino);
}

static void walk_task(struct process_walk *p, uint32_t tid)
{
	char path[64];

	if (p->walk->only_tasks) {
		tell_namespace(p, tid);
		return;
	}
	if (thread_is_told(p, tid))
		return;
	snprintf(path, sizeof(path), "task/%u/fd", tid);
	cleanup(cleanup_closedir) DIR *fds = file_open_dir(p->dir, path);
	if (!fds) {
		note_unread(p, -errno);
		return;
	}
	if (p->told_count < TABLES)
		p->told[p->told_count++] = tid;
	p->owner.tid = tid;
	walk_table(p, fds);
}

static bool is_denied(int err)
{
	return err == -EACCES || err == -EPERM;
}

static int open_process(struct process_walk *p)
{
	char path[32];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%u", p->owner.pid);
	p->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p->dir < 0 || fstat(p->dir, &st))
		return -errno;
	p->owner.uid = st.st_uid;
	return proc_read_stat(p->dir, &p->owner.stat);
}

static void walk_tasks(struct process_walk *p)
{
	cleanup(cleanup_closedir) DIR *tasks = file_open_dir(p->dir, "task");

	if (!tasks)
		note_unread(p, -errno);
	for (const char *tid; tasks && (tid = file_next_name(tasks, &p->err));)
		walk_task(p, (uint32_t)strtoul(tid, NULL, 10));
}

static void walk_process(struct descriptor_walk *w, uint32_t pid)
{
	struct process_walk p = { .walk = w, .owner.pid = pid, .dir = -1 };
	int err = open_process(&p);

	if (!err && !p.owner.stat.kernel)
		walk_tasks(&p);
	note_unread(&p, err);
	if (p.dir >= 0)
		close(p.dir);
	w->processes += !p.owner.stat.kernel;
	if (!p.err)
		return;
	if (!w->unreadable++)
		w->unread = p.owner;
	if (!w->why || is_denied(w->why))
		w->why = p.err;
}

int descriptors_walk(struct descriptor_walk *w)
{
	cleanup(cleanup_closedir) DIR *proc = file_open_dir(AT_FDCWD, "/proc");
	int err = 0;

	if (!proc)
		return -errno;
	w->processes = w->unreadable = 0;
	w->why = 0;
	for (const char *pid; (pid = file_next_name(proc, &err));)
		if (isdigit((unsigned char)*pid))
			walk_process(w, (uint32_t)strtoul(pid, NULL, 10));
	return err;
}
