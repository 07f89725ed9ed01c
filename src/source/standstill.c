/* The scheduler keeps when it last let a thread run: se.exec_start of /proc/PID/task/TID/sched, by the clock of the
 * processor that it ran on. That clock leaves out interrupts and the time a hypervisor took, so it is another one on
 * each processor, by seconds a day (measured: 0.9 s after four hours). So we go there ourselves to read it. */
#include "standstill.h"
#include "base/file.h"
#include <fcntl.h>
#include <sched.h>

enum { THREADS = 256, TEXT_BYTES = 8192, PROCESSOR_FIELD = 39 /* of proc_pid_stat(5) */ };

/* A running thread is told of as well: then it is now. */
static bool parse_last_run(const char *sched, uint64_t *ret_ms)
{
	const char *row = strstr(sched, "se.exec_start");
	unsigned long long ms;

	row = row ? strchr(row, ':') : NULL;
	if (!row || sscanf(row, ": %llu", &ms) != 1)
		return false;
	*ret_ms = ms;
	return true;
}

static bool read_processor(int thread, int *ret)
{
	TEXT_CLEANUP stat = { 0 };

	if (file_read_at(thread, "stat", TEXT_BYTES, &stat))
		return false;
	const char *s = strrchr(stat.bytes, ')'); /* the end of the second field */
	for (int field = 2; s && field < PROCESSOR_FIELD; field++)
		s = strchr(s + 1, ' ');
	return s && sscanf(s, "%d", ret) == 1 && *ret >= 0 && *ret < CPU_SETSIZE;
}

static bool read_clock_of(int processor, uint64_t *ret_ms)
{
	TEXT_CLEANUP sched = { 0 };
	cpu_set_t ours, there;

	CPU_ZERO(&there);
	CPU_SET(processor, &there);
	if (sched_getaffinity(0, sizeof(ours), &ours) || sched_setaffinity(0, sizeof(there), &there))
		return false;
	bool known = !file_read("/proc/thread-self/sched", TEXT_BYTES, &sched) && parse_last_run(sched.bytes, ret_ms);
	sched_setaffinity(0, sizeof(ours), &ours);
	return known;
}

static bool standstill_read_thread(int tasks, const char *tid, uint64_t *ret_still_ms)
{
	cleanup(cleanup_close) int thread = openat(tasks, tid, O_DIRECTORY | O_CLOEXEC);
	TEXT_CLEANUP sched = { 0 };
	uint64_t last_ms, now_ms;
	int processor;

	if (thread < 0 || file_read_at(thread, "sched", TEXT_BYTES, &sched) || !parse_last_run(sched.bytes, &last_ms) ||
	    !read_processor(thread, &processor) || !read_clock_of(processor, &now_ms))
		return false;
	*ret_still_ms = now_ms > last_ms ? now_ms - last_ms : 0;
	return true;
}

/* The shortest of its threads'; 0 if one of them is not known: then nothing is said of it. */
static uint64_t still_ms(uint32_t pid)
{
	uint64_t least_ms = UINT64_MAX, ms;
	unsigned threads = 0;
	char path[40];

	snprintf(path, sizeof(path), "/proc/%u/task", pid);
	cleanup(cleanup_closedir) DIR *tasks = file_open_dir(AT_FDCWD, path);
	int err = 0;
	for (const char *tid; least_ms && tasks && (tid = file_next_name(tasks, &err));) {
		bool known = threads++ < THREADS && standstill_read_thread(dirfd(tasks), tid, &ms);
		least_ms = known ? MIN(least_ms, ms) : 0;
	}
	return threads && !err ? least_ms : 0;
}

static bool stands_still(const struct process *p)
{
	const struct activity *a = &p->activity;

	return p->stopped || p->frozen || (a->known && !a->partial && !a->ran);
}

void standstill_measure(struct moment *m)
{
	array_each (&m->processes, p)
		p->still_ms = stands_still(p) ? still_ms(p->pid) : 0;
}
