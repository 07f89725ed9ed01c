#include "decode.h"
#include "cmd/debuginfo.h"
#include "base/clock.h"
#include "blame/debugs.h"
#include "blame/decoder.h"
#include "blame/golang_bridge.h"
#include "blame/runtime.h"
#include "power/confined.h"
#include "power/power.h"
#include "source/image.h"
#include <errno.h>
#include <inttypes.h>

enum { TIME_MS = 10000, WALK_MS = 4000, BYTES_MOST = 512 << 20 };

struct work {
	uint32_t pid;
	decode_list *jobs;
	struct captures *captures; /* of the parent: not for the child; or NULL */
	struct arena *arena;
	const struct image_debugs *debugs; /* to be looked for; or NULL */
	/* In the child alone. */
	bool is_open;
	struct image image;
	struct memory memory;
};

/* The ring of the kernel and all that hangs on it stay with the parent. */
static void forget(void *context)
{
	struct work *w = context;

	if (w->captures)
		captures_leave(w->captures);
}

static void open_debugs(struct work *w)
{
	TEXT_CLEANUP fetched = { 0 };
	int err = debuginfo_folder(&fetched);

	image_open_debugs(&w->image, w->debugs, err ? NULL : fetched.bytes);
}

static void open_image(void *context, struct confined_user *become)
{
	struct work *w = context;

	w->is_open = !image_open(w->pid, w->arena, &w->image);
	w->memory = memory_of_image(&w->image);
	if (w->is_open && w->debugs)
		open_debugs(w);
}

static struct confined confine(struct work *w, void (*work)(void *, int), uint64_t time_ms, size_t most)
{
	return (struct confined){ .forget = forget,
		                  .open = open_image,
		                  .work = work,
		                  .context = w,
		                  .time_ms = time_ms,
		                  .most = most,
		                  .needs = POWER_DECODE,
		                  .become = { CONFINED_NOBODY, CONFINED_NOBODY } };
}

static void decode_all(void *context, int out)
{
	struct work *w = context;

	if (!w->is_open)
		return;
	struct decoder *d = decoder_new(&w->image, &w->memory);
	struct stack *s = memory_zeroed(sizeof(*s));

	array_each (w->jobs, job) {
		if (job->calls)
			decoder_read_calls(d, job->calls, job->capture, s);
		else
			decoder_read(d, job->capture, job->asked, s);
		if (!confined_write(out, s, stack_bytes(s)))
			break;
	}
	/* The process ends: nothing has to be freed. */
}

/* Each capture had one stack; or what there is instead of those that are missing. */
static const char *why_none(const struct text *said, int err)
{
	if (err == -ETIMEDOUT)
		return "decoding took too long";
	return !err && !said->length ? "its process has ended, or may not be looked into"
	                             : "decoding ended before its time";
}

static void take_all(decode_list *jobs, const struct text *said, int err, struct arena *arena)
{
	cleanup(cleanup_free) struct stack *s = memory_zeroed(sizeof(*s));
	const char *bytes = said->bytes ?: "";
	size_t at = 0;

	array_each (jobs, job) {
		size_t taken = stack_take(bytes + at, said->length - at, s);
		at += taken;
		if (taken)
			job->stack = stack_copy(arena, s);
		else
			job->stack = stack_none(arena, why_none(said, err));
	}
}

/* A question that is answered with one record of fixed size. 0, -ENOTSUP: it has no such thing, or -errno. `debugs`:
 * to be looked for before; or NULL. */
static int ask_with(uint32_t pid, const struct image_debugs *debugs, uint64_t time_ms, struct captures *captures,
                    void (*work)(void *, int), void *ret, size_t bytes)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct work w = { .pid = pid, .captures = captures, .arena = arena, .debugs = debugs };
	struct confined c = confine(&w, work, time_ms, bytes);
	TEXT_CLEANUP said = { 0 };
	int err = confined_run(&c, &said);

	if (!err && said.length != bytes)
		err = -ENOTSUP;
	if (!err)
		memcpy(ret, said.bytes, bytes);
	return err;
}

static int ask(uint32_t pid, struct captures *captures, void (*work)(void *, int), void *ret, size_t bytes)
{
	return ask_with(pid, NULL, WALK_MS, captures, work, ret, bytes);
}

static void find_debugs(void *context, int out)
{
	struct work *w = context;
	struct image_debugs wanted;

	if (w->is_open && runtime_of(&w->image).kind == RUNTIME_NATIVE &&
	    !decoder_wants(decoder_new(&w->image, &w->memory), &wanted))
		confined_write(out, &wanted, sizeof(wanted));
}

static void find_asked(decode_list *jobs, const struct captures *captures, struct arena *arena)
{
	struct record_bridge asked;
	cleanup(cleanup_free) struct record_javascript *calls = memory_zeroed(sizeof(*calls));

	array_each (jobs, job) {
		if (!bridges_find(captures_bridges(captures), job->capture->cookie, &asked))
			job->asked = memcpy(arena_alloc(arena, sizeof(asked)), &asked, sizeof(asked));
		if (!nodes_find(captures_nodes(captures), job->capture->cookie, calls))
			job->calls = memcpy(arena_alloc(arena, sizeof(*calls)), calls, sizeof(*calls));
	}
}

/* A decoder knows nothing of the others: what hooks would have told, and why there are none. */
static void tell_refused(decode_list *jobs)
{
	array_each (jobs, job)
		if (!job->asked && !job->calls && job->stack->how == SITE_NONE &&
		    (golang_is_helper(job->stack->frames, job->stack->count) ||
		     starts_with(job->stack->runtime, "node")))
			snprintf(job->stack->why, sizeof(job->stack->why),
			         "who asked for it is not known: %d programs of that runtime are followed at once, and "
			         "others came first",
			         HOOKED_MOST);
}

static uint64_t left_ms(uint64_t end_ns)
{
	uint64_t now_ns = clock_monotonic_ns();

	return now_ns < end_ns ? (end_ns - now_ns) / NS_PER_MS : 0;
}

void decode_process(uint32_t pid, decode_list *jobs, uint64_t end_ns, struct captures *captures, struct arena *arena)
{
	struct work w = { .pid = pid, .jobs = jobs, .captures = captures, .arena = arena };
	struct confined c =
	        confine(&w, decode_all, TIME_MS, MIN(jobs->count * sizeof(struct stack), (size_t)BYTES_MOST));
	TEXT_CLEANUP said = { 0 };
	struct image_debugs debugs;

	if (captures)
		find_asked(jobs, captures, arena);
	uint64_t time_ms = MIN(left_ms(end_ns), (uint64_t)WALK_MS);
	if (time_ms && !ask_with(pid, NULL, time_ms, captures, find_debugs, &debugs, sizeof(debugs)))
		w.debugs = &debugs;
	c.time_ms = MIN(left_ms(end_ns), (uint64_t)TIME_MS);
	int err = c.time_ms ? confined_run(&c, &said) : -ETIMEDOUT;
	take_all(jobs, &said, err, arena);
	if (captures && captures_refused(captures, pid))
		tell_refused(jobs);
}

static void find_missing(void *context, int out)
{
	struct work *w = context;
	struct image_debugs missing;

	if (w->is_open && !debugs_missing(&w->image, w->debugs, &missing))
		confined_write(out, &missing, sizeof(missing));
}

int decode_missing(uint32_t pid, struct captures *captures, struct image_debugs *ret)
{
	struct image_debugs wanted;

	return ask(pid, captures, find_debugs, &wanted, sizeof(wanted))
	               ?: ask_with(pid, &wanted, WALK_MS, captures, find_missing, ret, sizeof(*ret));
}

static void find_walk(void *context, int out)
{
	struct work *w = context;
	struct record_walk walk;

	if (w->is_open && !decoder_walk(decoder_new(&w->image, &w->memory), &walk))
		confined_write(out, &walk, sizeof(walk));
}

int decode_walk(uint32_t pid, struct captures *captures, struct record_walk *ret)
{
	return ask(pid, captures, find_walk, ret, sizeof(*ret));
}

static void find_bridge(void *context, int out)
{
	struct work *w = context;
	struct record_bridge_program program;

	if (w->is_open && !decoder_bridge(decoder_new(&w->image, &w->memory), &program))
		confined_write(out, &program, sizeof(program));
}

int decode_bridge(uint32_t pid, struct captures *captures, struct record_bridge_program *ret)
{
	return ask(pid, captures, find_bridge, ret, sizeof(*ret));
}

struct node_place {
	struct record_node_program program;
	uint64_t start, first_end; /* of the file's first mapping */
};

static void find_node(void *context, int out)
{
	struct work *w = context;
	const struct image_file *f;
	struct node_place p;

	if (!w->is_open || decoder_node(decoder_new(&w->image, &w->memory), &p.program, &f))
		return;
	p.start = f->start;
	p.first_end = f->first_end;
	confined_write(out, &p, sizeof(p));
}

int decode_node(uint32_t pid, struct captures *captures, struct record_node_program *ret, char path[DECODE_PATH])
{
	struct node_place p;
	int err = ask(pid, captures, find_node, &p, sizeof(p));

	if (err)
		return err;
	*ret = p.program;
	snprintf(path, DECODE_PATH, "/proc/%" PRIu32 "/map_files/%" PRIx64 "-%" PRIx64, pid, p.start, p.first_end);
	return 0;
}
