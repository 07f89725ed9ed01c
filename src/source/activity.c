#include "activity.h"
#include "base/file.h"
#include "thread_wait.h"
#include <dirent.h>
#include <fcntl.h>

struct sample {
	uint32_t process, tid;
	uint64_t run_ns, user_ms, system_ms, voluntary;
	enum thread_wait wait;
	int syscall; /* its number, -1: in none */
	char name[16];
	char wchan[48];
};

struct activity_watch {
	ARRAY(uint32_t) processes;
	ARRAY(struct sample) before;
};

static bool has_unfinished_work(const struct socket *s)
{
	return s->state == STATE_CLOSE_WAIT || (s->state != STATE_TIME_WAIT && s->recv_q);
}

static void choose_processes(struct activity_watch *w, const struct moment *m)
{
	cleanup(cleanup_free) bool *chosen = memory_zeroed(m->processes.count);

	array_each (&m->sockets, s) {
		if (!has_unfinished_work(s))
			continue;
		moment_each_holder(m, s, h)
		{
			if (chosen[h->process] || w->processes.count == ACTIVITY_PROCESSES)
				continue;
			chosen[h->process] = true;
			*array_push(&w->processes) = h->process;
		}
	}
}

/* The numbers after the name of /proc/…/stat, which may hold blanks and brackets itself. */
static bool read_stat(int dir, struct sample *t, char *ret_state)
{
	TEXT_CLEANUP stat = { 0 };
	unsigned long long user, system;
	long tick = sysconf(_SC_CLK_TCK);

	if (file_read_at(dir, "stat", 4096, &stat))
		return false;
	const char *open = strchr(stat.bytes, '('), *close = strrchr(stat.bytes, ')');
	if (!open || !close ||
	    sscanf(close, ") %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", ret_state, &user, &system) != 3)
		return false;
	snprintf(t->name, sizeof(t->name), "%.*s", (int)MIN(close - open - 1, 15), open + 1);
	t->user_ms = user * MS_PER_S / (uint64_t)tick;
	t->system_ms = system * MS_PER_S / (uint64_t)tick;
	return true;
}

static void read_switches(int dir, struct sample *t)
{
	TEXT_CLEANUP text = { 0 };
	unsigned long long value = 0;

	if (!file_read_at(dir, "schedstat", 256, &text) && sscanf(text.bytes, "%llu", &value) == 1)
		t->run_ns = value;
	text.length = 0;
	if (file_read_at(dir, "status", 8192, &text))
		return;
	const char *line = strstr(text.bytes, "\nvoluntary_ctxt_switches:");
	if (line && sscanf(line, "\nvoluntary_ctxt_switches: %llu", &value) == 1)
		t->voluntary = value;
}

static bool read_thread(int tasks, const char *tid, uint32_t pid, struct sample *t)
{
	cleanup(cleanup_close) int dir = openat(tasks, tid, O_DIRECTORY | O_CLOEXEC);
	TEXT_CLEANUP wchan = { 0 };
	char state;

	if (dir < 0 || !read_stat(dir, t, &state))
		return false;
	read_switches(dir, t);
	t->wait = thread_wait_of(dir, pid, state, &t->syscall);
	if (!file_read_at(dir, "wchan", sizeof(t->wchan) - 1, &wchan) && !streq(wchan.bytes, "0"))
		snprintf(t->wchan, sizeof(t->wchan), "%s", wchan.bytes);
	return true;
}

/* The sample of one thread, `ret` filled; false at the end or when the process has gone. */
static void sample_process(const struct moment *m, uint32_t process, void (*take)(void *to, const struct sample *t),
                           void *to)
{
	uint32_t pid = m->processes.items[process].pid;
	unsigned threads = 0;
	char path[40];

	snprintf(path, sizeof(path), "/proc/%u/task", pid);
	DIR *tasks = opendir(path);
	if (!tasks)
		return;
	for (struct dirent *d; threads < ACTIVITY_THREADS && (d = readdir(tasks));) {
		struct sample t = { .process = process, .tid = (uint32_t)strtoul(d->d_name, NULL, 10) };
		if (!t.tid || !read_thread(dirfd(tasks), d->d_name, pid, &t))
			continue;
		take(to, &t);
		threads++;
	}
	closedir(tasks);
}

static void take_before(void *to, const struct sample *t)
{
	struct activity_watch *w = to;

	*array_push(&w->before) = *t;
}

struct activity_watch *activity_begin(const struct moment *m)
{
	struct activity_watch *w = memory_zeroed(sizeof(*w));

	choose_processes(w, m);
	array_each (&w->processes, p)
		sample_process(m, *p, take_before, w);
	return w;
}

struct ending {
	const struct activity_watch *watch;
	struct moment *m;
	uint64_t most_ns;
};

static const struct sample *sample_before(const struct activity_watch *w, const struct sample *t)
{
	array_each (&w->before, b)
		if (b->process == t->process && b->tid == t->tid)
			return b;
	return NULL;
}

/* The thread that tells most: one that ran longest, or else one that waits for a lock or the disk. */
static void tell_thread(struct ending *e, struct activity *a, const struct sample *t, const struct sample *before)
{
	uint64_t ran_ns = t->run_ns - before->run_ns;
	bool telling = t->wait == WAIT_LOCK || t->wait == WAIT_DISK;

	if (a->tid && ran_ns <= e->most_ns && !(telling && !e->most_ns && !a->syscall))
		return;
	e->most_ns = ran_ns;
	a->tid = t->tid;
	memcpy(a->thread_name, t->name, sizeof(a->thread_name));
	a->thread_user_ms = t->user_ms - before->user_ms;
	a->thread_system_ms = t->system_ms - before->system_ms;
	a->thread_voluntary = t->voluntary - before->voluntary;
	a->syscall = thread_wait_syscall(t->syscall);
	a->wchan = *t->wchan ? arena_strdup(e->m->arena, t->wchan) : NULL;
}

static void take_after(void *to, const struct sample *t)
{
	struct ending *e = to;
	const struct sample *before = sample_before(e->watch, t);
	struct activity *a = &e->m->processes.items[t->process].activity;

	if (!before)
		return;
	a->known = true;
	a->threads++;
	a->user_ms += t->user_ms - before->user_ms;
	a->system_ms += t->system_ms - before->system_ms;
	a->voluntary += t->voluntary - before->voluntary;
	if (t->run_ns != before->run_ns)
		a->ran++;
	else if (t->wait == before->wait)
		a->stuck[t->wait]++;
	else
		a->stuck[WAIT_OTHER]++;
	tell_thread(e, a, t, before);
}

void activity_end(struct activity_watch *w, struct moment *m)
{
	array_each (&w->processes, p) {
		struct ending e = { .watch = w, .m = m };
		sample_process(m, *p, take_after, &e);
	}
}

void activity_free(struct activity_watch *w)
{
	if (!w)
		return;
	array_free(&w->processes);
	array_free(&w->before);
	free(w);
}

void activity_cleanup(struct activity_watch **w)
{
	activity_free(*w);
}
