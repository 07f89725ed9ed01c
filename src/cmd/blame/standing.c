#include "standing.h"
#include "decode.h"
#include "source/threads.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>

enum {
	THREADS_READ = 64, /* the one that tells most, then the oldest */
	SAMPLES = 5,
	SAMPLE_MS = 1000, /* it may have to share its processor */
	PLACES = 4,
	START_STEP_NS = 20000000, /* what /proc counts in, and a bit */
};

/* A thread and what it was frozen at: several times where it runs. */
struct one {
	struct record_thread thread;
	sample_list captures;
};

struct standings {
	const struct hanging *h;
	struct captures *captures;
	ARRAY(struct one) threads;
	standing_list *to;
};

static const struct record_thread *find_thread(const thread_list *threads, uint32_t tid)
{
	array_each (threads, t)
		if (t->tid == tid)
			return t;
	return NULL;
}

static uint64_t stack_pointer(const struct record_thread *t)
{
#if defined(__x86_64__)
	return t->registers[CAPTURE_X86_SP];
#else
	return t->registers[CAPTURE_ARM_SP];
#endif
}

/* Its stack ends where its memory does. */
static struct record_capture *read_thread(const struct record_thread *t, int memory)
{
	struct record_capture *c = memory_zeroed(sizeof(*c));
	ssize_t got = pread(memory, c->body.stack, sizeof(c->body.stack), (off_t)stack_pointer(t));

	c->kind = CAPTURE_SAMPLED;
	c->flags = CAPTURE_STILL | (got == sizeof(c->body.stack) ? CAPTURE_CUT : 0);
	c->tgid = t->tgid;
	c->tid = t->tid;
	c->start_boot_ns = t->start_boot_ns;
	c->thread_pointer = t->thread_pointer;
	c->body_bytes = got > 0 ? (uint32_t)got : 0;
	memcpy(c->registers, t->registers, sizeof(c->registers));
	return c;
}

static bool is_sampled(const struct standings *s, const struct record_thread *t)
{
	return s->h->spins && t->tid == s->h->tid;
}

static void take_threads(struct standings *s, const thread_list *before)
{
	const struct record_thread *told = find_thread(before, s->h->tid);

	if (told)
		*array_push(&s->threads) = (struct one){ *told };
	array_each (before, t)
		if (t != told && s->threads.count < THREADS_READ)
			*array_push(&s->threads) = (struct one){ *t };
}

static void read_standing(struct standings *s)
{
	char path[48];

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/mem", s->h->pid);
	cleanup(cleanup_close) int memory = open(path, O_RDONLY | O_CLOEXEC);
	array_each (&s->threads, one)
		if (memory >= 0 && !one->thread.running && !is_sampled(s, &one->thread))
			*array_push(&one->captures) = read_thread(&one->thread, memory);
}

/* What was read of a thread that ran meanwhile is neither here nor there. */
static void drop_moved(struct standings *s, const thread_list *after)
{
	array_each (&s->threads, one) {
		const struct record_thread *t = find_thread(after, one->thread.tid);
		if (!t || t->running || t->switches != one->thread.switches)
			threads_free_samples(&one->captures);
	}
}

static bool is_same_process(const struct hanging *h, const thread_list *threads)
{
	uint64_t start = threads->count ? threads->items[0].start_boot_ns : 0;

	return threads->count && start < h->start_boot_ns + START_STEP_NS && h->start_boot_ns < start + START_STEP_NS;
}

static int look(struct standings *s, struct threads *t)
{
	thread_list before = { 0 }, after = { 0 };
	int err = threads_read(t, s->h->pid, &before);

	if (!err && is_same_process(s->h, &before)) {
		take_threads(s, &before);
		read_standing(s);
		err = threads_read(t, s->h->pid, &after);
		drop_moved(s, &after);
		if (!err && s->h->spins && s->threads.count)
			err = threads_sample(t, s->h->tid, SAMPLES, SAMPLE_MS, &s->threads.items[0].captures);
	}
	array_free(&before);
	array_free(&after);
	return err;
}

static struct standing *find_place(struct standings *s, const struct stack *stack)
{
	array_each (s->to, standing)
		if (stack_same_place(standing->stack, stack))
			return standing;
	return NULL;
}

/* Of the places where a running thread was met, the one where it was most. */
static const struct decode_job *most_met(const struct decode_job *jobs, size_t count, uint32_t *ret_met)
{
	const struct decode_job *best = NULL;

	*ret_met = 0;
	for (size_t i = 0; i < count; i++) {
		uint32_t met = 0;
		for (size_t j = 0; j < count; j++)
			met += stack_same_place(jobs[i].stack, jobs[j].stack);
		if (met > *ret_met) {
			best = &jobs[i];
			*ret_met = met;
		}
	}
	return best;
}

static void add_thread(struct standings *s, const struct one *one, const struct decode_job *jobs)
{
	uint32_t met, times = (uint32_t)one->captures.count;
	const struct decode_job *job = most_met(jobs, times, &met);
	bool told = one == s->threads.items && s->h->tid == one->thread.tid;

	if (!job || (!told && !stack_place(job->stack)))
		return; /* it tells nothing: one of the runtime's own, mostly */
	struct standing *standing = find_place(s, job->stack);
	if (!standing && s->to->count < PLACES) {
		standing = array_push(s->to);
		*standing = (struct standing){ .tid = one->thread.tid, .stack = job->stack };
		memcpy(standing->thread, one->thread.comm, sizeof(standing->thread));
		standing->thread[sizeof(standing->thread) - 1] = '\0';
		standing->met = is_sampled(s, &one->thread) ? met : 0;
		standing->times = is_sampled(s, &one->thread) ? times : 0;
	}
	if (standing)
		standing->threads++;
}

static bool has_line(const struct standing *s)
{
	const struct frame *place = stack_place(s->stack);

	return place && place->line;
}

/* The thread that tells most may run nothing of the program: that which starts a virtual machine waits for its end. */
static void put_line_first(standing_list *list)
{
	array_each (list, s) {
		if (!has_line(s))
			continue;
		struct standing first = *s;
		*s = list->items[0];
		list->items[0] = first;
		return;
	}
}

static void decode(struct standings *s, struct arena *arena)
{
	decode_list jobs = { 0 };
	size_t at = 0;

	array_each (&s->threads, one)
		array_each (&one->captures, c)
			*array_push(&jobs) = (struct decode_job){ *c, NULL };
	if (jobs.count)
		decode_process(s->h->pid, &jobs, UINT64_MAX, NULL, arena);
	array_each (&s->threads, one) {
		add_thread(s, one, jobs.items + at);
		at += one->captures.count;
	}
	put_line_first(s->to);
	array_free(&jobs);
}

static void add_none(struct standings *s, const char *why, struct arena *arena)
{
	*array_push(s->to) = (struct standing){ .tid = s->h->tid, .stack = stack_none(arena, why) };
}

void standing_find(const struct hanging *h, struct captures *captures, struct arena *arena, standing_list *ret)
{
	struct standings s = { .h = h, .captures = captures, .to = ret };
	struct threads *t = NULL;
	struct gap why;
	struct record_walk walk;
	int interpreter = h->spins ? decode_walk(h->pid, captures, &walk) : -ENOTSUP;
	int err = threads_open(arena, &t, &why);

	if (!err) {
		err = (interpreter ? 0 : threads_walk(t, h->pid, &walk)) ?: look(&s, t);
		why.why = "the kernel did not tell where its threads are";
	}
	threads_close(t); /* before the child is made that decodes */
	if (!err)
		decode(&s, arena);
	if (err || !ret->count)
		add_none(&s, err ? why.why : "its threads moved on, or it has ended", arena);
	array_each (&s.threads, one)
		threads_free_samples(&one->captures);
	array_free(&s.threads);
}
