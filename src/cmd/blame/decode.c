#include "decode.h"
#include "blame/decoder.h"
#include "blame/runtime.h"
#include "power/confined.h"
#include "power/power.h"
#include "source/image.h"
#include <errno.h>

enum { TIME_MS = 10000, WALK_MS = 2000, BYTES_MOST = 512 << 20 };

struct work {
	struct image image;
	struct memory memory;
	decode_list *jobs;
	struct captures *captures; /* of the parent: not for the child; or NULL */
	ARRAY(int) keep;
};

/* The ring of the kernel and all that hangs on it stay with the parent. */
static void forget(void *context)
{
	struct work *w = context;

	if (w->captures)
		captures_leave(w->captures);
}

static int work_open(struct work *w, uint32_t pid, struct arena *arena)
{
	int err = image_open(pid, arena, &w->image);

	if (err)
		return err;
	w->memory = memory_of_image(&w->image);
	*array_push(&w->keep) = w->image.memory;
	array_each (&w->image.files, f) {
		*array_push(&w->keep) = f->fd;
		*array_push(&w->keep) = f->debug_fd;
	}
	return 0;
}

static void work_close(struct work *w)
{
	image_close(&w->image);
	array_free(&w->keep);
}

static struct confined confine(struct work *w, void (*work)(void *, int), uint64_t time_ms, size_t most)
{
	return (struct confined){ .work = work,
		                  .forget = forget,
		                  .context = w,
		                  .keep = w->keep.items,
		                  .keep_count = w->keep.count,
		                  .time_ms = time_ms,
		                  .most = most,
		                  .needs = POWER_DECODE,
		                  .uid = CONFINED_NOBODY,
		                  .gid = CONFINED_NOBODY };
}

static void decode_all(void *context, int out)
{
	struct work *w = context;
	struct decoder *d = decoder_new(&w->image, &w->memory);
	struct stack *s = memory_zeroed(sizeof(*s));

	array_each (w->jobs, job) {
		decoder_read(d, job->capture, s);
		if (!confined_write(out, s, stack_bytes(s)))
			break;
	}
	/* The process ends: nothing has to be freed. */
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
			job->stack = stack_none(arena, err == -ETIMEDOUT ? "decoding took too long"
			                                                 : "decoding ended before its time");
	}
}

void decode_process(uint32_t pid, decode_list *jobs, struct captures *captures, struct arena *arena)
{
	struct work w = { .jobs = jobs, .captures = captures, .image.memory = -1 };
	TEXT_CLEANUP said = { 0 };
	int err = work_open(&w, pid, arena);

	if (err) {
		array_each (jobs, job)
			job->stack = stack_none(arena, "its process has ended, or may not be looked into");
	} else {
		struct confined c = confine(&w, decode_all, TIME_MS, BYTES_MOST);
		err = confined_run(&c, &said);
		take_all(jobs, &said, err, arena);
	}
	work_close(&w);
}

static void find_walk(void *context, int out)
{
	struct work *w = context;
	struct decoder *d = decoder_new(&w->image, &w->memory);
	struct record_walk walk;

	if (!decoder_walk(d, &walk))
		confined_write(out, &walk, sizeof(walk));
}

int decode_walk(uint32_t pid, struct captures *captures, struct record_walk *ret)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct work w = { .captures = captures, .image.memory = -1 };
	TEXT_CLEANUP said = { 0 };
	int err = work_open(&w, pid, arena);

	if (!err && runtime_of(&w.image).kind != RUNTIME_INTERPRETED)
		err = -ENOTSUP;
	if (!err) {
		struct confined c = confine(&w, find_walk, WALK_MS, sizeof(*ret));
		err = confined_run(&c, &said);
	}
	if (!err && said.length != sizeof(*ret))
		err = -ENOTSUP;
	if (!err)
		memcpy(ret, said.bytes, sizeof(*ret));
	work_close(&w);
	return err;
}
