#include "activity.h"
#include "awaited.h"
#include "housekeeping.h"
#include "base/file.h"
#include "proc.h"
#include "unknown.h"
#include "thread_wait.h"
#include <errno.h>
#include <fcntl.h>

enum { SPIN_SWITCHES = 2, STACK_DEPTH = 4, STACK_BYTES = 8192, CHAIN_LINKS = 2 };

struct sample {
	uint32_t process, tid;
	uint64_t run_ns, user_ms, system_ms, voluntary, switches;
	enum thread_wait wait;
	struct thread_call call;
	char name[16];
	char wchan[48];
};

/* One process that is watched, and its threads at the first sample. */
struct watched {
	uint32_t process;
	uint32_t unfinished; /* sockets */
	ARRAY(struct sample) before;
	bool partial;
	int err;    /* -errno: a thread could not be sampled; one that has ended is no loss */
	bool blind; /* what one of them waits for is not shown to us */
};

struct activity_watch {
	struct awaited_asking asking;
	ARRAY(struct watched) processes;
};

static bool has_unfinished_work(const struct socket *s)
{
	return s->state == STATE_CLOSE_WAIT || (s->state != STATE_TIME_WAIT && s->recv_q);
}

static int compare_unfinished(const void *a, const void *b)
{
	const struct watched *x = a, *y = b;

	return CMP(y->unfinished, x->unfinished);
}

/* Those with most unfinished work. */
static void choose_processes(struct activity_watch *w, const struct moment *m)
{
	cleanup(cleanup_free) uint32_t *counts = memory_zeroed((m->processes.count + 1) * sizeof(*counts));

	array_each (&m->sockets, s)
		if (has_unfinished_work(s))
			moment_each_holder (m, s, h)
				counts[h->process]++;
	for (uint32_t p = 0; p < m->processes.count; p++)
		if (counts[p])
			*array_push(&w->processes) = (struct watched){ .process = p, .unfinished = counts[p] };
	array_sort(&w->processes, compare_unfinished);
	w->processes.count = MIN(w->processes.count, (size_t)ACTIVITY_PROCESSES);
}

/* The numbers after the name of /proc/…/stat, which may hold blanks and brackets itself. */
static int read_stat(int dir, struct sample *t, char *ret_state)
{
	TEXT_CLEANUP stat = { 0 };
	unsigned long long user, system;
	long tick = sysconf(_SC_CLK_TCK);

	int err = file_read_at(dir, "stat", 4096, &stat);
	if (err)
		return err;
	const char *open = strchr(stat.bytes, '('), *close = strrchr(stat.bytes, ')');
	if (!open || !close ||
	    sscanf(close, ") %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", ret_state, &user, &system) != 3)
		return -EINVAL;
	snprintf(t->name, sizeof(t->name), "%.*s", (int)MIN(close - open - 1, 15), open + 1);
	t->user_ms = user * MS_PER_S / (uint64_t)tick;
	t->system_ms = system * MS_PER_S / (uint64_t)tick;
	return 0;
}

static uint64_t status_number(const char *status, const char *row)
{
	const char *line = strstr(status, row);
	unsigned long long value = 0;

	return line && sscanf(line + strlen(row), " %llu", &value) == 1 ? value : 0;
}

/* A kernel without schedstat still counts the switches: who did not run made none. */
static int read_switches(int dir, struct sample *t)
{
	TEXT_CLEANUP schedstat = { 0 }, status = { 0 };
	unsigned long long value = 0;

	int err = file_read_at(dir, "schedstat", 256, &schedstat);
	if (!err && sscanf(schedstat.bytes, "%llu", &value) == 1)
		t->run_ns = value;
	if (!err || err == -ENOENT)
		err = file_read_at(dir, "status", 8192, &status);
	if (err)
		return err;
	t->voluntary = status_number(status.bytes, "\nvoluntary_ctxt_switches:");
	t->switches = t->voluntary + status_number(status.bytes, "\nnonvoluntary_ctxt_switches:");
	return 0;
}

static int activity_read_thread(int tasks, const char *tid, uint32_t pid, struct sample *t)
{
	cleanup(cleanup_close) int dir = openat(tasks, tid, O_DIRECTORY | O_CLOEXEC);
	TEXT_CLEANUP wchan = { 0 };
	char state;
	int err = dir < 0 ? -errno : read_stat(dir, t, &state) ?: read_switches(dir, t);

	if (err)
		return err;
	t->wait = thread_wait_of(dir, pid, state, &t->call);
	if (!file_read_at(dir, "wchan", sizeof(t->wchan) - 1, &wchan) && !streq(wchan.bytes, "0"))
		snprintf(t->wchan, sizeof(t->wchan), "%s", wchan.bytes);
	return 0;
}

/* Hands over the sample of each thread, as far as they can be read. False: there are more of them than are looked at.
 */
static bool sample_process(struct watched *w, const struct moment *m, void (*take)(void *to, const struct sample *t),
                           void *to)
{
	uint32_t pid = m->processes.items[w->process].pid;
	unsigned threads = 0;
	char path[40];

	snprintf(path, sizeof(path), "/proc/%u/task", pid);
	cleanup(cleanup_closedir) DIR *tasks = file_open_dir(AT_FDCWD, path);
	int err = tasks ? 0 : -errno;
	for (const char *tid; tasks && threads <= ACTIVITY_THREADS && (tid = file_next_name(tasks, &err));) {
		struct sample t = { .process = w->process, .tid = (uint32_t)strtoul(tid, NULL, 10) };
		int this = activity_read_thread(dirfd(tasks), tid, pid, &t);
		if (this && !proc_is_gone(this))
			err = this;
		w->blind |= !this && t.wait == WAIT_UNKNOWN;
		if (!this && threads++ < ACTIVITY_THREADS)
			take(to, &t);
	}
	w->err = err && !proc_is_gone(err) ? err : w->err;
	return threads <= ACTIVITY_THREADS;
}

static void take_before(void *to, const struct sample *t)
{
	struct watched *w = to;

	*array_push(&w->before) = *t;
}

static int compare_samples(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;

	return CMP(x->tid, y->tid);
}

static void sample_first(struct watched *p, const struct moment *m)
{
	p->partial = !sample_process(p, m, take_before, p);
	array_sort(&p->before, compare_samples);
}

static bool is_watched(const struct activity_watch *w, uint32_t process)
{
	array_each (&w->processes, p)
		if (p->process == process)
			return true;
	return false;
}

/* The ports of the other ends that the threads of these processes wait for, as a bitmap of 65536 bits. */
static void find_awaited_ports(struct activity_watch *w, size_t first, const struct moment *m, uint64_t *ports)
{
	awaited_list rows = { 0 };

	for (size_t i = first; i < w->processes.count; i++)
		array_each (&w->processes.items[i].before, t)
			if (t->wait == WAIT_EVENT)
				awaited_add(m, &w->asking, t->process, t->tid, &t->call, &rows);
	peek_end(&w->asking.peek); /* no child while we watch */
	moment_find_awaited(m, &rows);
	array_each (&rows, a) {
		uint16_t port = m->sockets.items[a->socket].peer.port;
		if (port)
			ports[port / 64] |= 1ULL << port % 64;
	}
	array_free(&rows);
}

/* Who has these ports may be whom they wait for; where it is not, a process was watched in vain. */
static void choose_awaited(struct activity_watch *w, const struct moment *m, const uint64_t *ports)
{
	array_each (&m->sockets, s) {
		if (!(ports[s->local.port / 64] >> s->local.port % 64 & 1))
			continue;
		moment_each_holder (m, s, h)
			if (w->processes.count < ACTIVITY_PROCESSES && !is_watched(w, h->process))
				*array_push(&w->processes) = (struct watched){ .process = h->process };
	}
}

struct activity_watch *activity_begin(const struct moment *m)
{
	struct activity_watch *w = memory_zeroed(sizeof(*w));
	size_t sampled = 0;

	choose_processes(w, m);
	/* Those, then whom they wait for, then whom these wait for. */
	for (unsigned links = 0; links <= CHAIN_LINKS && sampled < w->processes.count; links++) {
		uint64_t ports[65536 / 64] = { 0 };
		size_t first = sampled;
		for (; sampled < w->processes.count; sampled++)
			sample_first(&w->processes.items[sampled], m);
		if (links == CHAIN_LINKS)
			break;
		find_awaited_ports(w, first, m, ports);
		choose_awaited(w, m, ports);
	}
	return w;
}

struct ending {
	const struct watched *watched;
	struct moment *m;
	struct awaited_asking *asking;
	unsigned told;    /* how much the thread tells that is in the activity now */
	uint64_t told_ns; /* and how long it ran */
	uint32_t seen;    /* threads of the first sample that were met again */
	struct sample told_sample;
};

static const struct sample *sample_before(const struct watched *w, const struct sample *t)
{
	return w->before.count ? bsearch(t, w->before.items, w->before.count, sizeof(*t), compare_samples) : NULL;
}

static bool sample_ran(const struct sample *before, const struct sample *t)
{
	return t->run_ns != before->run_ns || t->switches != before->switches || t->user_ms != before->user_ms ||
	       t->system_ms != before->system_ms;
}

static bool same_call(const struct sample *before, const struct sample *t)
{
	return t->call.number == before->call.number && t->call.arguments[0] == before->call.arguments[0];
}

/* It never slept: a few switches are those of a page that had to be read. */
static bool sample_spins(const struct sample *before, const struct sample *t)
{
	return before->wait == WAIT_NONE && t->wait == WAIT_NONE && t->user_ms > before->user_ms &&
	       t->voluntary - before->voluntary <= SPIN_SWITCHES;
}

enum told { TOLD_NOTHING, TOLD_STUCK, TOLD_RAN, TOLD_BLOCKED, TOLD_SPINS };

/* How much a thread says of why the process does not get on. */
static enum told telling(const struct sample *before, const struct sample *t)
{
	if (sample_spins(before, t))
		return TOLD_SPINS;
	if (sample_ran(before, t))
		return TOLD_RAN;
	return before->wait == t->wait && (t->wait == WAIT_LOCK || t->wait == WAIT_DISK) ? TOLD_BLOCKED : TOLD_STUCK;
}

static void tell_thread(struct ending *e, struct activity *a, const struct sample *t, const struct sample *before)
{
	uint64_t ran_ns = t->run_ns - before->run_ns;
	enum told told = telling(before, t);

	if (told < e->told || (told == e->told && ran_ns <= e->told_ns))
		return;
	e->told = told;
	e->told_ns = ran_ns;
	e->told_sample = *t;
	a->spins = told == TOLD_SPINS;
	a->thread_user_ms = t->user_ms - before->user_ms;
	a->thread_system_ms = t->system_ms - before->system_ms;
	a->thread_voluntary = t->voluntary - before->voluntary;
}

static void take_after(void *to, const struct sample *t)
{
	struct ending *e = to;
	const struct sample *before = sample_before(e->watched, t);
	struct process *p = &e->m->processes.items[t->process];
	struct activity *a = &p->activity;

	a->known = true;
	e->seen += before != NULL;
	if (thread_is_housekeeping(p->comm, t->name))
		return;
	a->threads++;
	if (!before) {
		a->ran++;
		return;
	}
	a->user_ms += t->user_ms - before->user_ms;
	a->system_ms += t->system_ms - before->system_ms;
	a->voluntary += t->voluntary - before->voluntary;
	if (sample_ran(before, t))
		a->ran++;
	else if (t->wait == before->wait)
		a->stuck[t->wait]++;
	else
		a->stuck[WAIT_OTHER]++;
	if (t->wait == WAIT_EVENT && same_call(before, t))
		awaited_add(e->m, e->asking, t->process, t->tid, &t->call, &e->m->awaited);
	tell_thread(e, a, t, before);
}

/* "[<0>] futex_wait+0x8d/0x150" a line, innermost first: the names of the first few. */
static const char *stack_names(struct arena *arena, const char *lines)
{
	TEXT_CLEANUP names = { 0 };
	unsigned depth = 0;

	for (const char *s = lines; depth < STACK_DEPTH && (s = strstr(s, "] ")); depth++) {
		s += 2;
		if (depth)
			text_add(&names, " < ");
		text_add_bytes(&names, s, strcspn(s, "+\n"));
	}
	return depth ? arena_strdup(arena, names.bytes) : NULL;
}

/* The kernel's own view of the thread that tells most; of one that runs there is none. */
static void describe_thread(struct ending *e, struct activity *a)
{
	const struct sample *t = &e->told_sample;
	TEXT_CLEANUP stack = { 0 };
	char path[64];

	a->tid = t->tid;
	a->wait = t->wait;
	memcpy(a->thread_name, t->name, sizeof(a->thread_name));
	a->syscall = thread_wait_syscall(t->call.number);
	a->wchan = *t->wchan ? arena_strdup(e->m->arena, t->wchan) : NULL;
	if (e->told != TOLD_BLOCKED)
		return;
	snprintf(path, sizeof(path), "/proc/%u/task/%u/stack", e->m->processes.items[t->process].pid, t->tid);
	if (!file_read(path, STACK_BYTES, &stack))
		a->stack = stack_names(e->m->arena, stack.bytes);
}

void activity_end(struct activity_watch *w, struct moment *m)
{
	array_each (&w->processes, p) {
		struct ending e = { .watched = p, .m = m, .asking = &w->asking };
		struct activity *a = &m->processes.items[p->process].activity;
		a->partial = !sample_process(p, m, take_after, &e) || p->partial || p->err;
		unknown_tell_process(m, UNKNOWN_THREADS, m->processes.items[p->process].pid, "task",
		                     p->err
		                             ?: p->blind ? -EACCES
		                                         : 0);
		a->ran += (uint32_t)p->before.count - e.seen;
		if (e.told)
			describe_thread(&e, a);
	}
	awaited_end(&w->asking, m);
}

void activity_free(struct activity_watch *w)
{
	if (!w)
		return;
	array_each (&w->processes, p)
		array_free(&p->before);
	array_free(&w->processes);
	free(w);
}

void activity_cleanup(struct activity_watch **w)
{
	activity_free(*w);
}
