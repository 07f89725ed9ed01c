#include "texts.h"
#include "base/format.h"

const char *duration_text(struct inquiry *q, uint64_t ms)
{
	TEXT_CLEANUP t = { 0 };

	format_duration(&t, ms);
	return arena_strdup(q->arena, t.bytes);
}

const char *range_text(struct inquiry *q, uint64_t low_ms, uint64_t high_ms)
{
	const char *low = duration_text(q, low_ms), *high = duration_text(q, high_ms);

	return streq(low, high) ? low : arena_printf(q->arena, "%s to %s", low, high);
}

const char *count_text(struct inquiry *q, uint64_t count)
{
	TEXT_CLEANUP t = { 0 };

	format_count(&t, count);
	return arena_strdup(q->arena, t.bytes);
}

const char *connections_text(struct inquiry *q, uint64_t count)
{
	return arena_printf(q->arena, "%s connection%s", count_text(q, count), count == 1 ? "" : "s");
}

const char *process_text(struct inquiry *q, uint32_t process)
{
	TEXT_CLEANUP t = { 0 };

	process_format(&t, &q->moment->processes.items[process]);
	return arena_strdup(q->arena, t.bytes);
}

const char *endpoint_text(struct inquiry *q, const struct endpoint *e)
{
	TEXT_CLEANUP t = { 0 };

	endpoint_format(&t, e);
	return arena_strdup(q->arena, t.bytes);
}

const char *addr_text(struct inquiry *q, const struct addr *a)
{
	TEXT_CLEANUP t = { 0 };

	addr_format(&t, a);
	return arena_strdup(q->arena, t.bytes);
}

/* A colon follows it more often than not: "on :::" could not be read. */
const char *bind_text(struct inquiry *q, const struct addr *a)
{
	return arena_printf(q->arena, a->v6 ? "bind(port 0) on [%s]" : "bind(port 0) on %s", addr_text(q, a));
}

/* Not longer than ten minutes: who would wait for it? */
const char *longer_watch(struct inquiry *q, uint64_t needed_ms)
{
	static const unsigned windows_s[] = { 10, 60, 300, 600 };

	for (size_t i = 0; i < ARRAY_SIZE(windows_s); i++)
		if (windows_s[i] * 1000ULL > q->moment->window.ms && windows_s[i] * 1000ULL >= needed_ms)
			return arena_printf(q->arena, "unfin check --window %us", windows_s[i]);
	return arena_printf(q->arena, "unfin record now.unfin, and in an hour: unfin diff now.unfin");
}
