#include "agent.h"
#include "base/clock.h"
#include "figures.h"
#include "history/store.h"
#include "looking.h"
#include "pace.h"
#include "run_files.h"
#include "starts.h"
#include "totals.h"
#include <errno.h>
#include <inttypes.h>

enum {
	KEEP_EVERY_MS = 600 * 1000, /* a moment, when nothing happens */
	KEEP_LIGHT_MS = 60 * 1000,  /* and when what happens is of no weight */
	CLOCK_JUMP_MS = 2000,
};

struct agent {
	struct agent_options options;
	struct looking *looking;
	struct moment *moment; /* of `looking` */
	struct store *store;
	bool resumed;           /* what an agent before has left is known */
	int history_err;        /* in this cycle */
	struct gap history_why; /* of it */
	struct lives lives;
	struct starts starts;
	struct figures figures;
	struct run_files run;
	enum verdict verdict; /* of the look before */
	bool image_made;      /* in that cycle */
	struct metrics_totals totals;
	struct pace pace;
	uint64_t cycles, kept_ms;
	int64_t clock_ms;    /* unix time less time since boot: moves when the clock is set */
	uint64_t cost_ns;    /* processor time of the cycle before */
	uint64_t began_ns;   /* this one */
	const char *trouble; /* what was told last of the history, in `trouble_arena`: said once */
	struct arena *trouble_arena;
	struct arena *told_arena;
	struct agent_told told;
};

static int64_t clock_offset_ms(const struct moment *m)
{
	return (int64_t)m->taken_unix_ms - (int64_t)(m->taken_boot_ns / NS_PER_MS);
}

static void tell(struct agent *a, const char *line)
{
	*array_push(&a->told.lines) = arena_strdup(a->told_arena, line);
}

static void tell_gap(struct agent *a, const struct gap *g)
{
	tell(a, arena_printf(a->told_arena, "%s: %s", g->what, g->why));
}

/* The same trouble with the history is told once, and its end, too. */
static void tell_trouble(struct agent *a)
{
	const struct gap *why = &a->history_why;
	const char *is = why->what ? arena_printf(a->told_arena, "%s: %s", why->what, why->why) : NULL;

	if (is && (!a->trouble || !streq(is, a->trouble)))
		tell(a, is);
	if (a->trouble && !a->history_err)
		tell(a, "the history is written again; nothing that had happened is missing");
	arena_free(a->trouble_arena);
	a->trouble_arena = arena_new();
	a->trouble = a->history_err && is ? arena_strdup(a->trouble_arena, is) : NULL;
}

/* Releases are told from what programs were before, also by an agent before. */
static void resume_programs(struct agent *a)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	program_list programs = { 0 };
	uint64_t looked_ms = 0;

	if (!store_programs(a->store, clock_unix_ms(), arena, &programs, &looked_ms))
		starts_resume(&a->starts, programs.items, programs.count, looked_ms);
	array_free(&programs);
}

/* Once the history can be opened. Until then nothing is written, and nobody was started: what goes on would begin a
 * second time. */
static void resume(struct agent *a, struct arena *arena)
{
	life_list open = { 0 };

	a->history_why = (struct gap){ 0 };
	a->history_err = a->resumed ? 0 : store_resume(a->store, clock_unix_ms(), &open, arena, &a->history_why);
	array_each (&open, l)
		lives_resume(&a->lives, *l);
	array_free(&open);
	if (!a->resumed && !a->history_err)
		resume_programs(a);
	a->resumed = !a->history_err;
}

static int open_store(struct agent *a, struct arena *arena, struct gap *ret_why)
{
	const struct store_limits limits = { .bytes = a->options.history_bytes };

	a->store = store_new(a->options.state, &limits);
	resume(a, arena);
	*ret_why = a->history_why;
	if (a->history_err == -EPROTONOSUPPORT)
		return a->history_err;
	tell_trouble(a);
	return 0;
}

/* What is made of one look. */
struct judged {
	struct port_map *ports;
	struct limits limits;
	struct judgement *judgement;
};

static void judged_free(struct judged *d)
{
	judgement_free(d->judgement);
	limits_free(&d->limits);
	port_map_free(d->ports);
}

static void judge_now(const struct agent *a, struct judged *ret)
{
	ret->ports = port_map_new(a->moment);
	limits_collect(ret->ports, &ret->limits);
	ret->judgement = judge_with(a->moment, a->options.request, ret->ports);
}

static void make_image(struct agent *a)
{
	int err = run_files_make(&a->run, a->moment);

	if (err)
		tell(a, arena_printf(a->told_arena, "the moment cannot be kept: %s", strerror(-err)));
}

static void add_metrics(struct agent *a, const struct judged *d, struct text *out)
{
	struct metrics_totals *t = &a->totals;

	t->looks++;
	t->look_s = (double)(clock_monotonic_ns() - a->began_ns) / NS_PER_S;
	t->look_cpu_s = (double)a->cost_ns / NS_PER_S;
	t->interval_s = (double)a->told.interval_ms / MS_PER_S;
	t->interval_asked_s = (double)a->options.interval_ms / MS_PER_S;
	totals_take(t, a->moment);
	totals_take_self(t);
	metrics_cycle(out, a->moment, d->judgement, &d->limits, t, PROM_SERIES);
}

static void publish(struct agent *a, const struct judged *d)
{
	TEXT_CLEANUP metrics = { 0 };

	add_metrics(a, d, &metrics);
	const struct run_status status = {
		.moment = a->moment,
		.verdict = verdict_name(d->judgement->verdict),
		.cycles = a->cycles,
		.interval_ms = a->told.interval_ms,
		.asked_ms = a->options.interval_ms,
		.cost_ns = a->cost_ns,
		.trouble = a->trouble,
		.metrics = &metrics,
	};
	struct gap why = { 0 };

	if (run_files_write(&a->run, &status, a->told_arena, &why))
		tell_gap(a, &why);
}

/* What this agent will never see, with what would help: an ordinary user's sees much less, and should know. */
static void tell_unseen(struct agent *a)
{
	array_each (&a->moment->coverage.gaps, g)
		tell(a, g->mend ? arena_printf(a->told_arena, "not seen: %s: %s (%s)", g->what, g->why, g->mend)
		                : arena_printf(a->told_arena, "not seen: %s: %s", g->what, g->why));
}

/* The first look is the beginning of the first window: it opens no finding. What it shows alone is shown until then. */
static int look_first(struct agent *a, struct arena *arena, struct gap *ret_why)
{
	int err = looking_open(&a->options.look, &a->options.hooks, arena, &a->looking, ret_why);

	if (err)
		return err;
	a->moment = looking_moment(a->looking);
	a->clock_ms = clock_offset_ms(a->moment);
	cleanup(judged_free) struct judged d = { 0 };
	judge_now(a, &d);
	make_image(a);
	publish(a, &d);
	tell_unseen(a);
	looking_follow(a->looking);
	return 0;
}

int agent_open(const struct agent_options *options, struct arena *arena, struct agent **ret, struct gap *ret_why)
{
	cleanup(agent_cleanup) struct agent *a = memory_zeroed(sizeof(*a));

	a->options = *options;
	a->began_ns = clock_monotonic_ns();
	a->told.interval_ms = options->interval_ms;
	a->told_arena = arena_new();
	a->trouble_arena = arena_new();
	run_files_begin(&a->run, options->run);
	a->totals.started_unix_ms = clock_unix_ms();
	int err = open_store(a, arena, ret_why) ?: look_first(a, arena, ret_why);
	if (!err)
		*ret = take_ptr(a);
	return err;
}

const struct agent_told *agent_told(const struct agent *a)
{
	return &a->told;
}

void agent_close(struct agent *a)
{
	if (!a)
		return;
	looking_close(a->looking);
	store_free(a->store);
	lives_free(&a->lives);
	starts_free(&a->starts);
	figures_free(&a->figures);
	totals_free(&a->totals);
	run_files_end(&a->run);
	array_free(&a->told.news);
	array_free(&a->told.lines);
	arena_free(a->told_arena);
	arena_free(a->trouble_arena);
	free(a);
}

void agent_cleanup(struct agent **a)
{
	agent_close(*a);
}

void agent_set(struct agent *a, const struct request *request, uint64_t interval_ms)
{
	a->options.request = request;
	a->options.interval_ms = interval_ms;
}

static void forget_told(struct agent *a)
{
	arena_free(a->told_arena);
	a->told_arena = arena_new();
	a->told.news.count = a->told.lines.count = 0;
}

/* Set by hand or by a daemon: by more than clocks drift within an interval. */
static const char *follow_clock(struct agent *a)
{
	int64_t now_ms = clock_offset_ms(a->moment), by_ms = now_ms - a->clock_ms;
	TEXT_CLEANUP t = { 0 };

	a->clock_ms = now_ms;
	if (by_ms > -CLOCK_JUMP_MS && by_ms < CLOCK_JUMP_MS)
		return NULL;
	lives_shift(&a->lives, by_ms);
	starts_shift(&a->starts, by_ms);
	text_printf(&t,
	            "the clock of this host was set %s by %" PRId64 " s; times before that are by the clock of then",
	            by_ms < 0 ? "back" : "forward", (by_ms < 0 ? -by_ms : by_ms) / (int64_t)MS_PER_S);
	const char *note = arena_strdup(a->told_arena, t.bytes);
	tell(a, note);
	return note;
}

static const char *why_keep(const struct agent *a, uint64_t now_ms)
{
	static const char *const words[] = {
		[LIFE_OPENED] = "began", [LIFE_REOPENED] = "is back", [LIFE_WORSE] = "got worse",
		[LIFE_GROWS] = NULL,     [LIFE_CLOSED] = "has ended",
	};
	uint64_t since_ms = now_ms > a->kept_ms ? now_ms - a->kept_ms : a->kept_ms - now_ms;

	if (!a->kept_ms || since_ms >= KEEP_EVERY_MS)
		return STORE_BY_THE_CLOCK;
	array_each (&a->told.news, n) {
		bool light = (n->event == LIFE_CLOSED ? n->life->highest : n->life->severity) == SEVERITY_INFO;
		if (words[n->event] && (!light || since_ms >= KEEP_LIGHT_MS))
			return arena_printf(a->told_arena, "%s %s", n->life->key, words[n->event]);
	}
	return NULL;
}

/* With a moment in each cycle it would still look as often as was asked for. */
static bool affords_moments(const struct agent *a)
{
	uint64_t cost_ns = a->cost_ns + (a->image_made ? 0 : a->run.price_ns);

	return cost_ns * PACE_SHARE <= a->options.interval_ms * NS_PER_MS;
}

/* Whoever reads the moment is to know at once what has begun, changed or ended. */
static bool is_to_be_shown(const struct agent *a, const struct judged *d)
{
	return a->told.news.count || a->verdict != d->judgement->verdict || affords_moments(a) ||
	       run_files_due(&a->run, clock_monotonic_ns());
}

/* Those that no history has yet. */
static void list_releases(struct agent *a, release_list *ret)
{
	array_each (&a->starts.recent, r)
		if (!r->release.row)
			*array_push(ret) = &r->release;
}

static void remember(struct agent *a, const struct judged *d, const char *note, const char *keep)
{
	struct moment *m = a->moment;
	struct cycle c = {
		.moment = m,
		.at_ms = m->taken_unix_ms,
		.verdict = verdict_name(d->judgement->verdict),
		.interval_ms = a->told.interval_ms,
		.cost_us = a->cost_ns / 1000,
		.lives = a->lives.items.items,
		.life_count = a->lives.items.count,
		.note = note,
		.keep = a->run.made.length ? keep : NULL,
		.image = a->run.made.bytes,
		.image_bytes = a->run.made_bytes,
	};
	release_list releases = { 0 };
	reading_list readings = { 0 };

	list_releases(a, &releases);
	c.releases = releases.items;
	c.release_count = releases.count;
	figures_list(&a->figures, &readings);
	c.readings = readings.items;
	c.reading_count = readings.count;
	c.programs = a->starts.programs.items.items;
	c.program_count = a->starts.programs.items.count;
	int err = a->history_err ?: store_write(a->store, &c, a->told_arena, &a->history_why);
	array_free(&releases);
	array_free(&readings);
	if (!err)
		figures_settle(&a->figures);

	if (!err && c.keep)
		a->kept_ms = c.at_ms;
	a->history_err = err;
	a->totals.history_errors += err != 0;
	a->totals.history_bytes = store_bytes(a->store);
	tell_trouble(a);
}

/* What began or grows may have to do with what was started shortly before. What no history has yet is asked for again:
 * starts may have become known later. */
static void put_beside(struct agent *a, const struct judgement *j)
{
	array_each (&j->findings, f) {
		struct life *l = lives_find(&a->lives, f->key);
		if (l && !l->row)
			starts_beside(&a->starts, a->moment, f, l);
	}
	array_each (&a->told.news, n)
		if (n->finding < j->findings.count)
			starts_beside(&a->starts, a->moment, &j->findings.items[n->finding], n->life);
}

static void judge_and_keep(struct agent *a)
{
	struct moment *m = a->moment;

	const char *note = follow_clock(a);
	resume(a, a->told_arena);
	cleanup(judged_free) struct judged d = { 0 };
	judge_now(a, &d);
	lives_take(&a->lives, m, d.judgement, m->taken_unix_ms, &a->told.news);
	if (a->resumed)
		starts_take(&a->starts, m, m->taken_unix_ms);
	put_beside(a, d.judgement);
	figures_take(&a->figures, m, &d.limits, m->taken_unix_ms);
	const char *keep = why_keep(a, m->taken_unix_ms);
	a->image_made = keep || is_to_be_shown(a, &d);
	a->verdict = d.judgement->verdict;
	if (a->image_made)
		make_image(a);
	remember(a, &d, note, keep);
	publish(a, &d);
}

const struct agent_told *agent_cycle(struct agent *a)
{
	uint64_t spent_ns = clock_spent_ns();

	a->began_ns = clock_monotonic_ns();
	forget_told(a);
	a->cycles++;
	int err = looking_look(a->looking);
	a->totals.looks_failed += err != 0;
	a->told.looked = !err;
	if (err)
		tell(a, arena_printf(a->told_arena, "looking at the sockets failed: %s", strerror(-err)));
	else
		judge_and_keep(a);
	looking_follow(a->looking);
	a->cost_ns = clock_spent_ns() - spent_ns;
	a->told.interval_ms = pace_next_ms(&a->pace, a->options.interval_ms, a->cost_ns);
	a->told.stretched = a->told.interval_ms > a->options.interval_ms;
	return &a->told;
}
