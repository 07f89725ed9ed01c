#include "figures.h"
#include "tallies.h"
#include <inttypes.h>

enum { MOVED_PART = 20 };

static char *netns_text(const struct moment *m, uint32_t netns)
{
	const struct netns *n = netns < m->netns.count ? &m->netns.items[netns] : NULL;

	if (!n)
		return NULL;
	TEXT_CLEANUP text = { 0 };
	text_printf(&text, "net:[%" PRIu64 "]", n->inode);
	return memory_strdup(n->name ?: text.bytes);
}

static char *end_text(const struct tally *t)
{
	TEXT_CLEANUP text = { 0 };

	if (t->subject)
		return memory_strdup(t->subject);
	if (!t->end.port)
		return NULL;
	if (t->role == ROLE_SERVER)
		text_printf(&text, ":%" PRIu16, t->end.port);
	else
		endpoint_format(&text, &t->end);
	return memory_strdup(text.bytes);
}

static void followed_clear(struct followed *f)
{
	free((char *)f->is.netns);
	free((char *)f->is.program);
	free((char *)f->is.end);
}

/* `what` and `side` are constants. */
static struct followed *follow(struct figures *fs, const struct moment *m, const struct tally *t)
{
	if (fs->items.count >= FIGURES_MOST)
		return NULL;
	keyed_add(&fs->by_key, t->key, (uint32_t)fs->items.count);
	struct followed *f = array_push(&fs->items);
	*f = (struct followed){
		.key = t->key,
		.is = { .kind = t->kind,
		        .netns = netns_text(m, t->netns),
		        .program = t->program ? memory_strdup(t->program) : NULL,
		        .side = role_name((enum socket_role)t->role),
		        .end = end_text(t),
		        .what = t->what },
	};
	return f;
}

static struct followed *find(struct figures *fs, const struct moment *m, const struct tally *t)
{
	uint32_t at = keyed_find(&fs->by_key, t->key);

	return at != INDEX_NONE ? &fs->items.items[at] : follow(fs, m, t);
}

static bool has_moved(uint64_t from, uint64_t to)
{
	uint64_t by = from > to ? from - to : to - from;

	return by && (!from || !to || by * MOVED_PART > from);
}

static void take(struct followed *f, const struct tally *t, uint64_t at_ms)
{
	f->seen = true;
	if (t->kind == FIGURE_COUNT) {
		f->sum += t->now.value;
		return;
	}
	if (!f->changed && !has_moved(f->written, t->now.value))
		return;
	f->now = t->now;
	f->now.at_ms = at_ms;
	f->changed = true;
}

static void take_absence(struct followed *f, uint64_t at_ms)
{
	if (f->is.kind == FIGURE_COUNT || f->seen || (!f->written && !f->changed))
		return;
	f->now = (struct figure_point){ .at_ms = at_ms, .limit = f->now.limit };
	f->changed = true;
}

/* What could not be written yet goes on being summed up. */
static void take_minute(struct followed *f, uint64_t at_ms)
{
	if (f->is.kind != FIGURE_COUNT || f->changed || !f->sum)
		return;
	f->now = (struct figure_point){ .at_ms = at_ms, .value = f->sum };
	f->sum = 0;
	f->changed = true;
}

void figures_take(struct figures *fs, const struct moment *m, const struct limits *limits, uint64_t at_ms)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	tally_list tallies = { 0 };

	tallies_of(m, limits, at_ms, arena, &tallies);
	array_each (&fs->items, f)
		f->seen = false;
	array_each (&tallies, t) {
		struct followed *f = find(fs, m, t);
		if (f)
			take(f, t, at_ms);
	}
	array_free(&tallies);
	bool minute = at_ms < fs->counted_ms || at_ms - fs->counted_ms >= COUNT_EVERY_MS;
	fs->counted_ms = minute ? at_ms : fs->counted_ms;
	array_each (&fs->items, f) {
		take_absence(f, at_ms);
		if (minute)
			take_minute(f, at_ms);
	}
}

static bool is_over(const struct followed *f)
{
	return !f->seen && !f->changed && !f->sum && (f->is.kind == FIGURE_COUNT || !f->written);
}

void figures_settle(struct figures *fs)
{
	size_t kept = 0;

	keyed_free(&fs->by_key);
	array_each (&fs->items, f) {
		f->written = f->changed ? f->now.value : f->written;
		f->changed = false;
		if (is_over(f)) {
			followed_clear(f);
			continue;
		}
		fs->items.items[kept] = *f;
		keyed_add(&fs->by_key, f->key, (uint32_t)kept++);
	}
	fs->items.count = kept;
}

void figures_list(const struct figures *fs, reading_list *ret)
{
	array_each (&fs->items, f)
		*array_push(ret) = (struct figure_reading){ &f->is, f->now, f->changed };
}

void figures_free(struct figures *fs)
{
	array_each (&fs->items, f)
		followed_clear(f);
	array_free(&fs->items);
	keyed_free(&fs->by_key);
}
