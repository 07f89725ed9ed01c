#include "listened.h"
#include "decode.h"
#include "base/clock.h"
#include "source/proc.h"
#include <fcntl.h>
#include <inttypes.h>

enum { DECODE_MS = 10000 };

/* Is what runs there the image that set it up? A new program begins its stack elsewhere. */
static bool is_image(uint32_t pid, uint64_t start_stack)
{
	char path[32];
	struct proc_stat stat;

	snprintf(path, sizeof(path), "/proc/%" PRIu32, pid);
	cleanup(cleanup_close) int dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return dir >= 0 && start_stack && !proc_read_stat(dir, &stat) && stat.start_stack == start_stack;
}

/* Daemons set up their listener, fork, and end: then who accepts has all that was there. */
static uint32_t find_reader(const struct record_capture *listener, uint32_t accepting)
{
	return is_image(listener->tgid, listener->start_stack) ? listener->tgid
	       : is_image(accepting, listener->start_stack)    ? accepting
	                                                       : 0;
}

static struct stack *decode(struct listened_places *l, const struct record_capture *listener, uint32_t reader,
                            struct captures *captures, struct arena *arena)
{
	uint64_t began_ns = clock_monotonic_ns();
	struct decode_job job = { .capture = listener };
	decode_list jobs = { 0 };

	*array_push(&jobs) = job;
	decode_process(reader, &jobs, began_ns + DECODE_MS * NS_PER_MS - MIN(l->spent_ns, DECODE_MS * NS_PER_MS),
	               captures, arena);
	job = jobs.items[0];
	array_free(&jobs);
	l->spent_ns += clock_monotonic_ns() - began_ns;
	return job.stack;
}

static const char *why_unseen(const struct captures *captures)
{
	struct capture_counts n = captures_count(captures);

	return n.lost || n.listeners_lost ? "set up before this watch, or lost: more was opened than could be taken"
	                                  : "listening since before this watch";
}

static struct stack *find(struct listened_places *l, const struct record_capture *accepted, struct captures *captures,
                          struct arena *arena)
{
	if (!(accepted->flags & CAPTURE_CAME_IN))
		return stack_none(arena, "which listener it came in by is not known");
	const struct record_capture *listener = captures_find_listener(captures, accepted->listener);
	if (!listener)
		return stack_none(arena, why_unseen(captures));
	struct stack *early = l->early ? early_find(l->early, accepted->listener) : NULL;
	if (early)
		return early;
	uint32_t reader = find_reader(listener, accepted->tgid);
	return reader ? decode(l, listener, reader, captures, arena)
	              : stack_none(arena, "the process that set it up has ended, or started another program");
}

struct stack *listened_find(struct listened_places *l, const struct record_capture *accepted, struct captures *captures,
                            struct arena *arena)
{
	array_each (&l->rows, row)
		if (accepted->listener && row->cookie == accepted->listener)
			return row->stack;
	struct listened_place row = { accepted->listener, find(l, accepted, captures, arena) };
	*array_push(&l->rows) = row;
	return row.stack;
}

void listened_free(struct listened_places *l)
{
	array_free(&l->rows);
}
