#include "lives.h"
#include <inttypes.h>

struct life *lives_find(const struct lives *ls, const char *key)
{
	struct life *found = NULL;

	array_each (&ls->items, l)
		if (streq((*l)->key, key))
			found = *l;
	return found;
}

static const char *netns_text(const struct moment *m, uint32_t netns, struct arena *arena)
{
	const struct netns *n = netns < m->netns.count ? &m->netns.items[netns] : NULL;

	if (!n)
		return NULL;
	return n->name ? arena_strdup(arena, n->name) : arena_printf(arena, "net:[%" PRIu64 "]", n->inode);
}

static const char *target_text(const struct victim *v, struct arena *arena)
{
	TEXT_CLEANUP t = { 0 };

	if (!v->target_known)
		return NULL;
	endpoint_format(&t, &v->target);
	return arena_strdup(arena, t.bytes);
}

static const char *error_text(int error, struct arena *arena)
{
	return strerrorname_np(error) ?: arena_printf(arena, "%d", error);
}

static struct life_victim *find_victim(struct life *l, const struct life_victim *like)
{
	array_each (&l->victims, v)
		if (streq(v->program, like->program) && streq(v->call, like->call) && streq(v->error, like->error) &&
		    same_text(v->target, like->target))
			return v;
	return NULL;
}

static void take_victim(struct life *l, const struct moment *m, const struct victim *v)
{
	enum { VICTIMS_MOST = 64 };
	const struct process *p = &m->processes.items[v->process];
	const struct life_victim is = {
		.program = p->comm,
		.cmdline = p->cmdline,
		.pid = p->pid,
		.call = call_name(v->call),
		.error = error_text(v->error, l->arena),
		.target = target_text(v, l->arena),
		.count = v->count,
		.first_ms = v->first_unix_ms,
		.last_ms = v->last_unix_ms,
	};
	struct life_victim *known = find_victim(l, &is);

	if (known) {
		known->pid = is.pid;
		known->count += is.count;
		known->last_ms = is.last_ms;
	} else if (l->victims.count < VICTIMS_MOST) {
		*array_push(&l->victims) = is;
	}
}

static bool take_numbers(struct life *l, const struct finding *f)
{
	bool same = l->count == f->count && l->severity == f->severity && l->confidence == f->confidence && l->row &&
	            !f->victims.count;

	l->count = f->count;
	l->severity = f->severity;
	l->confidence = f->confidence;
	l->highest = MAX(l->highest, f->severity);
	l->count_max = MAX(l->count_max, f->count);
	l->oldest_ms = f->oldest_known ? f->oldest_ms : 0;
	return !same;
}

/* A root that one look does not find lives on for a few looks; so do its effects as such. */
static const char *cause_of(const struct lives *ls, const struct life *l, const struct finding *f, struct arena *arena)
{
	const struct life *before = !f->caused_by && l->caused_by ? lives_find(ls, l->caused_by) : NULL;

	return before && !before->ended_ms ? arena_strdup(arena, l->caused_by) : f->caused_by;
}

static void take_texts(struct life *l, const struct moment *m, const struct finding *f, struct arena *arena)
{
	l->key = f->key;
	l->id = f->id;
	l->title = f->title;
	l->thing = f->thing;
	l->peer = f->peer;
	l->listener = f->listener;
	l->setting = f->setting;
	l->subject_why = f->subject_why;
	l->netns = netns_text(m, f->netns, arena);
	l->subject_known = f->subject != PROCESS_NONE;
	if (!l->subject_known)
		return;
	l->subject = m->processes.items[f->subject];
	uint32_t netns = l->subject.netns;
	l->subject_netns = netns < m->netns.count ? m->netns.items[netns].inode : 0;
}

static void add_point(struct life *l, uint64_t at_ms)
{
	enum { POINTS_MOST = 20000 }; /* while the disk is full */

	if (l->points.count < POINTS_MOST)
		*array_push(&l->points) = (struct life_point){ at_ms, l->count, l->severity };
}

static bool subject_changed(const struct life *l, const struct moment *m, const struct finding *f)
{
	return l->subject_known != (f->subject != PROCESS_NONE) ||
	       (l->subject_known && l->subject.key != m->processes.items[f->subject].key);
}

/* Texts are the moment's, until the next one: so they are copied, where something is new. */
static void take(const struct lives *ls, struct life *l, const struct moment *m, const struct finding *f,
                 uint64_t at_ms)
{
	bool numbers = take_numbers(l, f);

	l->last_ms = at_ms;
	l->missed = 0;
	if (numbers)
		add_point(l, at_ms);
	if (!numbers && !subject_changed(l, m, f))
		return;
	l->changed = true;
	struct arena *arena = arena_new();
	l->caused_by = cause_of(ls, l, f, arena);
	take_texts(l, m, f, arena);
	array_each (&f->victims, v)
		take_victim(l, m, v);
	life_move(l, arena);
}

static struct life *open_life(struct lives *ls, uint64_t at_ms)
{
	struct life *l = life_new();

	*array_push(&ls->items) = l;
	l->first_ms = at_ms;
	l->openings = 1;
	l->before = !ls->began;
	return l;
}

static void tell(news_list *news, enum life_event event, struct life *l, const struct judgement *j,
                 const struct finding *f)
{
	*array_push(news) = (struct life_news){ event, l, f ? (uint32_t)(f - j->findings.items) : UINT32_MAX };
}

static void take_finding(struct lives *ls, const struct moment *m, const struct judgement *j, const struct finding *f,
                         uint64_t at_ms, news_list *news)
{
	struct life *l = lives_find(ls, f->key);
	bool grows = f->growth.known && f->growth.low_per_min > 0;

	if (!l) {
		l = open_life(ls, at_ms);
		tell(news, LIFE_OPENED, l, j, f);
	} else if (l->ended_ms) {
		l->ended_ms = 0;
		l->openings++;
		l->changed = true;
		tell(news, LIFE_REOPENED, l, j, f);
	} else if (f->severity > l->severity) {
		tell(news, LIFE_WORSE, l, j, f);
	} else if (grows && !l->grows) {
		tell(news, LIFE_GROWS, l, j, f);
	}
	l->grows = grows;
	take(ls, l, m, f, at_ms);
}

static void close_life(struct life *l, const struct judgement *j, news_list *news)
{
	l->ended_ms = l->last_ms;
	l->changed = true;
	l->count = 0;
	add_point(l, l->ended_ms + 1); /* the line of its count ends here */
	tell(news, LIFE_CLOSED, l, j, NULL);
}

/* Ended long ago, and written down. */
static void forget_old(struct lives *ls, uint64_t at_ms)
{
	size_t kept = 0;

	array_each (&ls->items, l) {
		if ((*l)->ended_ms && !(*l)->changed && (*l)->ended_ms + LIFE_REOPENS_MS < at_ms)
			life_free(*l);
		else
			ls->items.items[kept++] = *l;
	}
	ls->items.count = kept;
}

void lives_take(struct lives *ls, const struct moment *m, const struct judgement *j, uint64_t at_ms, news_list *news)
{
	forget_old(ls, at_ms);
	array_each (&ls->items, l)
		(*l)->missed += !(*l)->ended_ms;
	array_each (&j->findings, f)
		take_finding(ls, m, j, f, at_ms, news);
	array_each (&ls->items, l)
		if (!(*l)->ended_ms && (*l)->missed >= LIFE_MISSED_MOST)
			close_life(*l, j, news);
	ls->began = true;
}

/* It began when it began, and who suffered then is of it. */
static void join(struct life *l, const struct life *before)
{
	l->row = before->row;
	l->changed = true;
	l->first_ms = before->first_ms;
	l->before = before->before;
	l->openings += before->openings - 1;
	l->highest = MAX(l->highest, before->highest);
	l->count_max = MAX(l->count_max, before->count_max);
	array_each (&before->releases, r)
		*array_push(&l->releases) = *r;
	array_each (&before->victims, v) {
		struct life_victim *known = find_victim(l, v);
		if (!known) {
			*array_push(&l->victims) = *v;
			continue;
		}
		known->count += v->count;
		known->first_ms = v->first_ms;
	}
	life_move(l, arena_new());
}

void lives_resume(struct lives *ls, struct life *before)
{
	struct life *l = lives_find(ls, before->key);

	ls->began = true;
	if (!l) {
		*array_push(&ls->items) = before;
		return;
	}
	join(l, before);
	life_free(before);
}

void lives_shift(struct lives *ls, int64_t by_ms)
{
	array_each (&ls->items, l) {
		uint64_t *times[] = { &(*l)->first_ms, &(*l)->last_ms, &(*l)->ended_ms };
		for (size_t i = 0; i < ARRAY_SIZE(times); i++)
			if (*times[i])
				*times[i] = (uint64_t)MAX((int64_t)*times[i] + by_ms, (int64_t)1);
		(*l)->changed = true;
	}
}

void lives_free(struct lives *ls)
{
	array_each (&ls->items, l)
		life_free(*l);
	array_free(&ls->items);
}
