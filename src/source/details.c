#include "details.h"
#include "base/file.h"
#include "base/foreign.h"
#include "host.h"
#include "identity.h"
#include "model/secrets.h"
#include "peek.h"
#include "privilege.h"
#include "proc.h"
#include "standstill.h"
#include "stopped.h"
#include "source/name/clues.h"
#include "unknown.h"
#include "source/name/users.h"
#include <errno.h>
#include <fcntl.h>

enum { CMDLINE_BYTES = 4096, SMALL_BYTES = 64 * 1024 };

struct details {
	struct moment *moment;
	struct arena *arena;
	unsigned wants;
	int root, proc;
	struct users users;
	bool users_read, users_unknown;
	ARRAY(struct naming) containers; /* many processes, one lookup */
	process_list released;           /* whose release is to be told */
	struct peek peek;
};

static void add_joined(struct text *out, const struct text *arguments)
{
	text_add_bytes(out, arguments->bytes, arguments->length);
	for (size_t i = 0; i < out->length; i++)
		out->bytes[i] = out->bytes[i] ? out->bytes[i] : ' ';
}

/* Arguments end with a NUL byte each; a process may have written anything over them. */
static int read_cmdline(struct details *d, int dir, const char **ret)
{
	TEXT_CLEANUP text = { 0 };
	int err = peek_file(&d->peek, dir, "cmdline", CMDLINE_BYTES, &text);

	if (err)
		return err;
	while (text.length && !text.bytes[text.length - 1])
		text.length--;
	if (!text.length) /* a zombie has none any more */
		return 0;
	TEXT_CLEANUP shown = { 0 };
	if (d->wants & WANT_ARGUMENTS)
		add_joined(&shown, &text);
	else
		secrets_mask(&shown, text.bytes, text.length);
	*ret = arena_strdup(d->arena, shown.bytes);
	return 0;
}

static int read_link(struct details *d, int dir, const char *name, const char **ret)
{
	TEXT_CLEANUP text = { 0 };
	int err = proc_read_link(dir, name, &text);

	*ret = err ? NULL : arena_strndup(d->arena, text.bytes, text.length);
	return err;
}

static struct users *users(struct details *d)
{
	TEXT_CLEANUP text = { 0 };

	if (d->users_read)
		return &d->users;
	int err = file_read_at(d->root, "etc/passwd", 4 * SMALL_BYTES, &text);
	if (!err)
		users_parse(&d->users, text.bytes, d->arena);
	unknown_tell(d->moment, UNKNOWN_NAMES, "/etc/passwd", err);
	d->users_read = true;
	d->users_unknown = err != 0;
	return &d->users;
}

static void want_name(struct details *d, const struct process *p)
{
	const char *home = users_home(users(d), p->uid);

	array_each (&d->containers, known)
		if (streq(known->id, p->container) && (known->uid == p->uid || !home))
			return;
	*array_push(&d->containers) = (struct naming){ .id = p->container, .uid = p->uid, .pid = p->pid, .home = home };
}

/* Has a small file under the cgroup's directory this line? Then 1, or -errno. What is not shown there, for it is not
 * mounted or lies outside of our cgroup namespace, says nothing. */
static void ask_cgroup(struct details *d, const char *mount, const char *path, const char *file, const char *line,
                       int *answer)
{
	TEXT_CLEANUP text = { 0 }, name = { 0 };

	cleanup(cleanup_close) int hierarchy = foreign_open_place(d->root, mount, 0);
	text_printf(&name, ".%s/%s", path, file); /* may begin with ..: outside of our cgroup namespace */
	int err = hierarchy < 0 ? hierarchy : foreign_read(hierarchy, name.bytes, FOREIGN_ANYONE, SMALL_BYTES, &text);
	if (*answer <= 0 && err && err != -ENOENT && err != -ENOTDIR && err != -EXDEV)
		*answer = err;
	else if (!err && strstr(text.bytes, line))
		*answer = 1;
}

/* 1, 0 or -errno. Where distributions mount the hierarchies. The freezer of v1 freezes with its parents' state told,
 * too. */
static int is_frozen(struct details *d, const struct cgroup *c)
{
	int answer = 0;

	if (c->freezer && !streq(c->freezer, "/")) {
		ask_cgroup(d, "sys/fs/cgroup/freezer", c->freezer, "freezer.state", "FROZEN", &answer);
		ask_cgroup(d, "sys/fs/cgroup/freezer", c->freezer, "freezer.state", "FREEZING", &answer);
	}
	if (c->unified) {
		ask_cgroup(d, "sys/fs/cgroup", c->path, "cgroup.events", "frozen 1", &answer);
		ask_cgroup(d, "sys/fs/cgroup/unified", c->path, "cgroup.events", "frozen 1", &answer);
	}
	return answer;
}

static void take_cgroup(struct details *d, struct cgroup *c, struct process *p)
{
	bool inside = c->container || container_of_task(d->root, c, d->arena);

	p->unit = c->unit;
	p->unit_is_system = c->unit_is_system;
	p->pod = c->pod_uid;
	if (!inside)
		return;
	p->container = c->container;
	if (c->named)
		p->container_name = c->container;
	else
		want_name(d, p);
}

static int read_cgroup(struct details *d, int dir, struct process *p)
{
	TEXT_CLEANUP text = { 0 };
	struct cgroup c;
	int err = file_read_at(dir, "cgroup", SMALL_BYTES, &text);

	if (err)
		return err;
	cgroup_parse(text.bytes, d->arena, &c);
	int frozen = is_frozen(d, &c);
	p->frozen = frozen > 0;
	unknown_tell_process(d->moment, UNKNOWN_PROCESSES, p->pid, "cgroup", MIN(frozen, 0));
	if (!p->detailed)
		take_cgroup(d, &c, p);
	return 0;
}

static const struct naming *find_name(const struct details *d, const struct process *p)
{
	const struct naming *best = NULL;

	array_each (&d->containers, n)
		if (p->container && streq(n->id, p->container) && (!best || n->found.name))
			best = n;
	return best;
}

/* One gap for all: what it takes away is a word, not a socket. */
static void tell_unnamed(struct details *d)
{
	const struct naming *first = NULL;
	unsigned count = 0;

	array_each (&d->containers, n) {
		if (!n->err)
			continue;
		first = first ? first : n;
		count++;
	}
	if (first)
		moment_gap_names(d->moment,
		                 arena_printf(d->arena, "the name%s of %u container%s", count == 1 ? "" : "s", count,
		                              count == 1 ? "" : "s"),
		                 arena_printf(d->arena, "%.12s: %s", first->id, naming_why(first)));
}

/* In a container the names of its own image would be the wrong ones. */
static void tell_wrong_root(struct details *d)
{
	int err = privilege_in_container() ? host_root_error() : 0;

	if (err)
		moment_gap_names(d->moment, "names of users and containers",
		                 arena_printf(d->arena, "the host's files, below /proc/1/root: %s", strerror(-err)));
}

static void name_containers(struct details *d)
{
	clues_name(d->root, d->proc, d->containers.items, d->containers.count, d->arena);
	array_each (&d->moment->processes, p) {
		const struct naming *n = find_name(d, p);
		if (n && n->found.name)
			p->container_name = n->found.name;
		if (n && n->found.pod)
			p->pod = n->found.pod;
		if (n && n->found.image)
			p->image = n->found.image;
	}
	tell_unnamed(d);
	tell_wrong_root(d);
}

static void name_releases(struct details *d)
{
	identities_read(&d->released, d->arena);
	array_each (&d->released, r) {
		TEXT_CLEANUP t = { 0 };
		process_add_release(&t, *r);
		(*r)->release = arena_strdup(d->arena, t.bytes);
	}
}

/* Another program may run in it now; what could not be had is asked for again. */
static void want_release(struct details *d, struct process *p)
{
	if (!p->detailed) {
		p->exe_file = p->script_file = (struct program_file){ 0 };
		p->script = p->script_path = p->release = NULL;
	}
	if (d->wants & WANT_RELEASES && (!p->release || (p->exe && !p->exe_file.known)))
		*array_push(&d->released) = p;
}

static int read_limits(struct details *d, int dir, struct process *p)
{
	TEXT_CLEANUP text = { 0 };
	int err = proc_count_fds(dir, &p->fd_used) ?: file_read_at(dir, "limits", SMALL_BYTES, &text);

	return err ?: proc_limit_parse(text.bytes, "Max open files", &p->fd_limit);
}

/* Who may not read one of these links may read none; what may be read is taken all the same. */
static int read_texts(struct details *d, int dir, struct process *p)
{
	int err = read_cmdline(d, dir, &p->cmdline);

	err = read_link(d, dir, "exe", &p->exe) ?: err;
	err = read_link(d, dir, "cwd", &p->cwd) ?: err;
	p->user = users_name(users(d), p->uid, d->arena);
	return err;
}

/* The parent of one that has ended: a supervisor is in the same unit and container. A container's monitor is not. */
static bool read_parent_cgroup(uint32_t ppid, struct text *ret)
{
	TEXT_CLEANUP comm = { 0 };
	char path[32];

	snprintf(path, sizeof(path), "/proc/%u/comm", ppid);
	if (ppid <= 1 || file_read(path, SMALL_BYTES, &comm) || starts_with(comm.bytes, "containerd-shim") ||
	    starts_with(comm.bytes, "conmon"))
		return false;
	snprintf(path, sizeof(path), "/proc/%u/cgroup", ppid);
	return !file_read(path, SMALL_BYTES, ret);
}

/* It failed at a call and has ended since: what was noted then tells who it was. */
static void read_ended(struct details *d, struct process *p)
{
	TEXT_CLEANUP text = { 0 };
	struct cgroup c;

	if (p->detailed || !(d->wants & WANT_DETAILS))
		return;
	p->detailed = true;
	p->user = users_name(users(d), p->uid, d->arena);
	if (!p->ended_in && !read_parent_cgroup(p->ppid, &text))
		return;
	cgroup_parse(p->ended_in ?: text.bytes, d->arena, &c);
	take_cgroup(d, &c, p);
}

static void read_process(struct details *d, struct process *p)
{
	cleanup(cleanup_close) int dir = -1;
	struct moment *m = d->moment;
	struct proc_stat stat;
	int err = proc_open(p->pid, p->start_boot_ns, &dir, &stat);

	unknown_tell_process(m, UNKNOWN_PROCESSES, p->pid, "stat", err);
	if (proc_is_gone(err))
		read_ended(d, p);
	if (err)
		return;
	p->ppid = stat.ppid;
	p->stopped = stat.state == 'T' || stat.state == 't';
	p->fd_used_before = p->fd_used;
	if (d->wants & WANT_LIMITS)
		unknown_tell_process(m, UNKNOWN_PROCESSES, p->pid, "limits", read_limits(d, dir, p));
	if (!(d->wants & WANT_DETAILS))
		return;
	err = read_cgroup(d, dir, p);
	if (!p->detailed)
		err = read_texts(d, dir, p) ?: err;
	want_release(d, p);
	unknown_tell_process(m, UNKNOWN_NAMES, p->pid, "cmdline, exe, cwd, cgroup", err);
	/* What is unknown is asked for again at the next look, or told again. */
	p->detailed = (!err || proc_is_gone(err)) && !d->users_unknown;
}

static void read_once(struct details *d, bool *told, uint32_t process)
{
	if (!told[process])
		read_process(d, &d->moment->processes.items[process]);
	told[process] = true;
}

static void read_actors(struct details *d, bool *told)
{
	const struct moment *m = d->moment;

	array_each (&m->departures, a)
		read_once(d, told, a->process);
	array_each (&m->traffic, t)
		if (t->process != HOLDER_NONE)
			read_once(d, told, t->process);
}

void details_read(struct moment *m, unsigned wants)
{
	struct details d = { .moment = m, .arena = m->arena, .wants = wants };
	cleanup(cleanup_close) int root = host_open_root();
	int err = root < 0 ? -errno : 0;
	cleanup(cleanup_close) int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	cleanup(cleanup_free) bool *told = memory_zeroed(m->processes.count + 1);

	unknown_tell(m, UNKNOWN_PROCESSES, "the root directory", err);
	if (err)
		return;
	d.root = root;
	d.proc = proc;
	array_each (&m->holders, h)
		read_once(&d, told, h->process);
	array_each (&m->failures, f)
		read_once(&d, told, f->process);
	array_each (&m->first_closes, c)
		read_once(&d, told, c->process);
	if (wants & WANT_ACTORS)
		read_actors(&d, told);
	peek_end(&d.peek);
	name_containers(&d);
	name_releases(&d);
	stopped_confirm(m);
	standstill_measure(m);
	users_free(&d.users);
	array_free(&d.containers);
	array_free(&d.released);
}

void details_read_from(struct moment *m, uint32_t first, unsigned wants)
{
	struct details d = { .moment = m, .arena = m->arena, .wants = wants };
	cleanup(cleanup_close) int root = host_open_root();
	cleanup(cleanup_close) int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (root < 0)
		return;
	d.root = root;
	d.proc = proc;
	for (size_t i = first; i < m->processes.count; i++)
		read_process(&d, &m->processes.items[i]);
	peek_end(&d.peek);
	name_containers(&d);
	users_free(&d.users);
	array_free(&d.containers);
}
