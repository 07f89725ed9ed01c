#include "picture_make.h"
#include "base/format.h"
#include "programs.h"
#include "view/history.h"
#include "view/states.h"
#include <inttypes.h>

enum { PROGRAMS_MOST = 1000 };

struct making {
	struct picture *picture;
	const struct check_ground *ground;
	unsigned columns;     /* of the terminal */
	picture_lines *lines; /* that take what is told */
};

static const char *keep(struct making *k, const struct text *t)
{
	return arena_strdup(k->picture->arena, t->bytes ?: "");
}

static void add_line(struct making *k, const char *label, const char *text, const char *command)
{
	struct arena *arena = k->picture->arena;

	*array_push(k->lines) = (struct picture_line){ arena_strdup(arena, label), arena_strdup(arena, text),
		                                       command ? arena_strdup(arena, command) : NULL };
}

static void take_line(void *to, const char *label, const char *text, const char *command)
{
	add_line(to, label, text, command);
}

static const char *life_of(struct making *k, const struct finding *f)
{
	const struct chronicle *c = k->ground->chronicle;
	const struct page_style style = { .columns = k->columns };
	TEXT_CLEANUP t = { 0 };

	if (!c)
		return NULL;
	array_each (&c->lives, l)
		if (streq(l->key, f->key) && !t.length)
			history_life(&t, c, l, &style);
	return t.length ? keep(k, &t) : NULL;
}

static void add_finding(struct making *k, const struct finding *f)
{
	const struct moment *m = k->ground->moment;
	struct picture_finding *to = array_push(&k->picture->findings);
	TEXT_CLEANUP t = { 0 };

	to->key = arena_strdup(k->picture->arena, f->key);
	to->id = arena_strdup(k->picture->arena, f->id);
	to->severity = f->severity;
	to->effect = f->cause != FINDING_NONE;
	finding_heading(&t, m, f, "", "\033");
	char *end = strchr(t.bytes, '\033');
	*end = '\0';
	to->head = keep(k, &t);
	to->rest = arena_strdup(k->picture->arena, end + 1);
	to->life = life_of(k, f);
	k->lines = &to->lines;
	finding_lines(k->ground, f, take_line, k);
}

static void set_left(struct making *k, const struct program_row *r, struct picture_program *to)
{
	const struct process *p = &k->ground->moment->processes.items[r->process];
	const struct finding *f = r->finding;

	if (f && f->budgets.count) {
		const struct budget *b = &f->budgets.items[0];
		to->left_known = true;
		to->left = b->limit > b->used ? b->limit - b->used : 0;
		to->left_unit = arena_strdup(k->picture->arena, b->unit);
		to->left_ends_ms = f->eta_known && to->left ? MAX(f->eta.s, (uint64_t)1) * MS_PER_S : 0;
	} else if (p->fd_limit && p->fd_used) {
		to->left_known = true;
		to->left = p->fd_limit > p->fd_used ? p->fd_limit - p->fd_used : 0;
		to->left_unit = "descriptors";
	}
}

static void set_peer(struct making *k, const struct program_row *r, struct picture_program *to)
{
	TEXT_CLEANUP t = { 0 };

	if (r->several) {
		text_add(&t, "several");
	} else {
		text_add(&t, r->end_is_own ? "on " : "");
		endpoint_format(&t, &r->end);
	}
	to->peer = keep(k, &t);
}

static void add_count(struct making *k, const struct program_row *r)
{
	TEXT_CLEANUP t = { 0 };

	format_count(&t, r->unfinished);
	text_add(&t, " unfinished of ");
	format_count(&t, r->connections);
	text_printf(&t, " connection%s:", r->connections == 1 ? "" : "s");
	for (enum tcp_state s = STATE_ESTABLISHED; s < STATE_COUNT; s++) {
		if (!r->by_state[s])
			continue;
		text_printf(&t, " %s ", state_people(s));
		format_count(&t, r->by_state[s]);
	}
	add_line(k, "what", t.bytes, NULL);
}

static void add_program_lines(struct making *k, const struct program_row *r)
{
	const struct process *p = &k->ground->moment->processes.items[r->process];
	struct arena *arena = k->picture->arena;

	TEXT_CLEANUP who = { 0 };

	finding_who(&who, p);
	add_line(k, "who", who.bytes, NULL);
	add_count(k, r);
	if (r->finding) {
		TEXT_CLEANUP t = { 0 };
		finding_heading(&t, k->ground->moment, r->finding, "", "");
		add_line(k, "finding", t.bytes, NULL);
	}
	add_line(k, "more", "see them", arena_printf(arena, "unfin list 'pid == %u'", p->pid));
	add_line(k, "", "where they lead", arena_printf(arena, "unfin list 'pid == %u' --group-by state,peer", p->pid));
	add_line(k, "", "as they come and go", arena_printf(arena, "unfin watch 'pid == %u'", p->pid));
	add_line(k, "", "the line of code that opens them, and its commit",
	         arena_printf(arena, "unfin blame --pid %u", p->pid));
}

static void add_program(struct making *k, const struct program_row *r)
{
	const struct process *p = &k->ground->moment->processes.items[r->process];
	struct picture_program *to = array_push(&k->picture->programs);
	const struct growth *growth = r->finding ? &r->finding->growth : NULL;
	TEXT_CLEANUP t = { 0 };

	process_format(&t, p);
	if (r->processes > 1)
		text_printf(&t, " +%" PRIu32, r->processes - 1);
	to->name = keep(k, &t);
	to->identity = arena_printf(k->picture->arena, "%u %llu", p->pid, (unsigned long long)p->start_boot_ns);
	to->unfinished = r->unfinished;
	to->connections = r->connections;
	to->oldest_known = r->oldest_known;
	to->oldest_ms = r->oldest_ms;
	to->growth_known = growth && growth->known;
	to->growth_milli = to->growth_known && growth->per_min > 0 ? (uint64_t)(growth->per_min * 1e3) : 0;
	set_left(k, r, to);
	set_peer(k, r, to);
	k->lines = &to->lines;
	add_program_lines(k, r);
}

static void add_programs(struct making *k)
{
	const struct check_ground *g = k->ground;
	program_rows rows = { 0 };

	programs_find(g->moment, g->judgement, g->request->about, &rows);
	array_each (&rows, r)
		if (k->picture->programs.count < PROGRAMS_MOST)
			add_program(k, r);
	array_free(&rows);
}

static void add_verdict(struct making *k)
{
	const struct check_ground *g = k->ground;
	struct picture *s = k->picture;
	TEXT_CLEANUP words = { 0 }, circumstances = { 0 }, states = { 0 }, normal = { 0 }, unwatched = { 0 };

	verdict_words(&words, g);
	verdict_circumstances(&circumstances, g->moment);
	states_add(&states, g->moment);
	s->words = keep(k, &words);
	s->circumstances = keep(k, &circumstances);
	s->states = keep(k, &states);
	if (verdict_time_wait_is_normal(g->judgement))
		states_comfort(&normal, g->moment);
	s->states_normal = normal.length ? keep(k, &normal) : NULL;
	verdict_unwatched(&unwatched, g->moment);
	s->unwatched = unwatched.length ? keep(k, &unwatched) : NULL;
}

static void add_gap(struct making *k, const struct gap *gap)
{
	TEXT_CLEANUP t = { 0 };

	verdict_gap(&t, gap);
	*array_push(&k->picture->gaps) = keep(k, &t);
}

/* What is remembered is no part of the verdict: that it cannot be read leaves it complete. */
static void add_gaps(struct making *k)
{
	array_each (&k->ground->moment->coverage.gaps, gap)
		add_gap(k, gap);
	k->picture->unread = k->ground->unread != NULL;
	if (k->ground->unread)
		add_gap(k, k->ground->unread);
}

void picture_fill(struct picture *s, const struct check_ground *g, unsigned columns)
{
	struct making k = { .picture = s, .ground = g, .columns = columns };

	s->seen = true;
	s->taken_ms = g->moment->taken_unix_ms;
	s->verdict = g->judgement->verdict;
	s->complete = moment_is_complete(g->moment);
	add_verdict(&k);
	add_gaps(&k);
	array_each (&g->judgement->findings, f)
		add_finding(&k, f);
	add_programs(&k);
}
