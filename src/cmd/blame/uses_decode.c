#include "uses_decode.h"
#include "decode.h"
#include "base/clock.h"

enum {
	FINISHED_MS = 25, /* most are closed by then, and cost nothing */
	OPEN_MS = 200,    /* of those that are not finished: a pool's, and what may be handed on */
	DECODE_MS = 10000,
	OPEN_MOST = 2000, /* so many of them; the rest is decoded when its peer has finished */
};

static bool is_due(const struct use *use, uint64_t now_unix_ms, size_t rows)
{
	if (use->stack || use->closed_unix_ms || use->opener == PROCESS_NONE)
		return false;
	if (use->finished_unix_ms)
		return now_unix_ms >= use->finished_unix_ms + FINISHED_MS;
	return rows <= OPEN_MOST && now_unix_ms >= use->seen_unix_ms + OPEN_MS;
}

/* All that are due of one process at once: see decode.h. */
static void decode_of(struct uses *u, uint32_t opener, uint64_t now_unix_ms, const struct moment *names,
                      struct captures *captures, struct listened_places *listeners)
{
	ARRAY(struct use *) asked = { 0 };
	decode_list jobs = { 0 };

	array_each (&u->rows, use) {
		if (use->opener != opener || !is_due(use, now_unix_ms, u->rows.count))
			continue;
		const struct record_capture *c = captures_find(captures, use->cookie);
		if (!c) /* it may still be in its ring, behind the event */
			continue;
		*array_push(&asked) = use;
		*array_push(&jobs) = (struct decode_job){ c, NULL };
	}
	if (jobs.count)
		decode_process(names->processes.items[opener].pid, &jobs, clock_monotonic_ns() + DECODE_MS * NS_PER_MS,
		               captures, names->arena);
	for (size_t i = 0; i < jobs.count; i++) {
		asked.items[i]->stack = jobs.items[i].stack;
		if (jobs.items[i].capture->opening == CAPTURE_ACCEPT)
			asked.items[i]->listened =
			        listened_find(listeners, jobs.items[i].capture, captures, names->arena);
	}
	array_free(&asked);
	array_free(&jobs);
}

void uses_decode(struct uses *u, const struct moment *names, uint64_t now_unix_ms, struct captures *captures,
                 struct listened_places *listeners)
{
	array_each (&u->rows, use)
		if (is_due(use, now_unix_ms, u->rows.count))
			decode_of(u, use->opener, now_unix_ms, names, captures, listeners);
}

void uses_decode_rest(struct uses *u, const char *why, struct arena *arena)
{
	array_each (&u->rows, use)
		if (use->outlived && !use->stack)
			use->stack = stack_none(arena, why);
}
