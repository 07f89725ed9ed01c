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
	struct captures *captures; /* of the parent: not for the child */
	ARRAY(int) keep;
};

/* The ring of the kernel and all that hangs on it stay with the parent. */
static void forget(void *context)
{
	struct work *w = context;

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
		if (!confined_write(out, s, offsetof(struct stack, frames) + s->count * sizeof(*s->frames)))
			break;
	}
	/* The process ends: nothing has to be freed. */
}

/* What the child wrote is as little to be trusted as what it read: texts end, numbers fit. */
static bool take_stack(const struct text *said, size_t *at, struct stack *ret)
{
	size_t head = offsetof(struct stack, frames), left = said->length - *at;

	if (left < head)
		return false;
	memcpy(ret, said->bytes + *at, head);
	if (ret->count > STACK_FRAMES || left - head < ret->count * sizeof(*ret->frames))
		return false;
	memcpy(ret->frames, said->bytes + *at + head, ret->count * sizeof(*ret->frames));
	*at += head + ret->count * sizeof(*ret->frames);
	ret->runtime[sizeof(ret->runtime) - 1] = ret->why[sizeof(ret->why) - 1] = '\0';
	ret->own = MIN(ret->own, ret->count);
	if (ret->how > SITE_NATIVE_ONLY || ret->own == ret->count)
		ret->how = SITE_NONE;
	for (uint32_t i = 0; i < ret->count; i++) {
		struct frame *f = &ret->frames[i];
		f->function[STACK_FUNCTION - 1] = f->file[STACK_FILE - 1] = f->library[STACK_LIBRARY - 1] = '\0';
	}
	return true;
}

static struct stack *stack_none(struct arena *arena, const char *why)
{
	struct stack *s = arena_alloc(arena, offsetof(struct stack, frames));

	snprintf(s->why, sizeof(s->why), "%s", why);
	return s;
}

static struct stack *stack_copy(struct arena *arena, const struct stack *s)
{
	size_t bytes = offsetof(struct stack, frames) + s->count * sizeof(*s->frames);

	return memcpy(arena_alloc(arena, bytes), s, bytes);
}

static void take_all(decode_list *jobs, const struct text *said, int err, struct arena *arena)
{
	cleanup(cleanup_free) struct stack *s = memory_zeroed(sizeof(*s));
	size_t at = 0;

	array_each (jobs, job) {
		if (take_stack(said, &at, s))
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
