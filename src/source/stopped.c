/* strace stops a program at each system call, cpulimit many times a second: both let it go on. One look may meet it
 * in such a stop. So it is looked at twice: stopped is who is at both times with every thread, and did not run. */
#include "stopped.h"
#include "base/clock.h"
#include "base/file.h"
#include "unknown.h"
#include <errno.h>
#include <fcntl.h>
#include <time.h>

/* cpulimit lets its process run in every slot of 100 ms. */
enum { BETWEEN_MS = 130, TEXT_BYTES = 8192 };

struct stand {
	uint64_t run_ns, switches;
	uint32_t stopped, other; /* threads */
};

static uint64_t row_number(const char *text, const char *row)
{
	const char *line = strstr(text, row);
	unsigned long long value = 0;

	return line && sscanf(line + strlen(row), " %llu", &value) == 1 ? value : 0;
}

static int stopped_read_thread(int tasks, const char *tid, struct stand *s)
{
	cleanup(cleanup_close) int dir = openat(tasks, tid, O_DIRECTORY | O_CLOEXEC);
	TEXT_CLEANUP status = { 0 }, schedstat = { 0 };
	unsigned long long run_ns;
	int err = dir < 0 ? -errno : file_read_at(dir, "status", TEXT_BYTES, &status);

	if (err)
		return err;
	const char *state = strstr(status.bytes, "\nState:\t");
	if (!state || strchr("ZX", state[8]))
		return 0;
	s->stopped += state[8] == 'T' || state[8] == 't';
	s->other += state[8] != 'T' && state[8] != 't';
	s->switches += row_number(status.bytes, "\nvoluntary_ctxt_switches:") +
	               row_number(status.bytes, "\nnonvoluntary_ctxt_switches:");
	err = file_read_at(dir, "schedstat", 256, &schedstat);
	if (!err && sscanf(schedstat.bytes, "%llu", &run_ns) == 1)
		s->run_ns += run_ns;
	return err == -ENOENT ? 0 : err;
}

static struct stand stand_of(struct moment *m, const struct process *p)
{
	struct stand s = { 0 };
	char path[40];

	snprintf(path, sizeof(path), "/proc/%u/task", p->pid);
	cleanup(cleanup_closedir) DIR *tasks = file_open_dir(AT_FDCWD, path);
	int err = tasks ? 0 : -errno;
	for (const char *tid; tasks && (tid = file_next_name(tasks, &err));)
		err = stopped_read_thread(dirfd(tasks), tid, &s) ?: err;
	unknown_tell_process(m, UNKNOWN_THREADS, p->pid, "task", err);
	return s;
}

static bool stands_still(const struct stand *a, const struct stand *b)
{
	return a->stopped && !a->other && b->stopped == a->stopped && !b->other && a->run_ns == b->run_ns &&
	       a->switches == b->switches;
}

/* "gdb[812]" */
static const char *tracer_of(struct moment *m, const struct process *p)
{
	TEXT_CLEANUP status = { 0 }, comm = { 0 };
	char path[40];

	snprintf(path, sizeof(path), "/proc/%u/status", p->pid);
	int err = file_read(path, TEXT_BYTES, &status);
	unknown_tell_process(m, UNKNOWN_NAMES, p->pid, "status", err);
	if (err)
		return NULL;
	uint64_t pid = row_number(status.bytes, "\nTracerPid:");
	if (!pid)
		return NULL;
	snprintf(path, sizeof(path), "/proc/%u/comm", (unsigned)pid);
	if (file_read(path, 64, &comm))
		return arena_printf(m->arena, "process %u", (unsigned)pid);
	return arena_printf(m->arena, "%.*s[%u]", (int)strcspn(comm.bytes, "\n"), comm.bytes, (unsigned)pid);
}

void stopped_confirm(struct moment *m)
{
	struct timespec between = { .tv_nsec = BETWEEN_MS * (long)NS_PER_MS };
	ARRAY(struct stand) before = { 0 };

	array_each (&m->processes, p)
		if (p->stopped)
			*array_push(&before) = stand_of(m, p);
	if (!before.count)
		return;
	nanosleep(&between, NULL);
	const struct stand *was = before.items;
	array_each (&m->processes, p) {
		if (!p->stopped)
			continue;
		struct stand is = stand_of(m, p);
		p->stopped = stands_still(was++, &is);
		p->tracer = p->stopped ? tracer_of(m, p) : NULL;
	}
	array_free(&before);
}
