#include "sight.h"
#include "agent/recount.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/format.h"
#include "cmd/before.h"
#include "cmd/folders.h"
#include "cmd/gather.h"
#include "cmd/narrowed.h"
#include "kept.h"
#include "model/secrets.h"
#include "power/power.h"
#include "top/picture_make.h"
#include "top/rhythm.h"
#include "view/states.h"

enum { COLUMNS_MOST = 1000, WINDOW_MS = 2000, AGENT_POLL_MS = 1000, REMEMBER_EVERY_MS = 10 * 1000 };

/* What an answer was made of: the same makes the same answer. */
struct stamp {
	struct file_stamp file;
	uint64_t back, columns;
};

struct sight {
	const struct invocation *in;
	const struct source_request *look;
	struct request *request;
	struct hook_options hooks;
	enum sight_kind kind;
	struct kept_agent agent;
	struct looking *looking; /* SIGHT_LIVE */
	bool rests;              /* its window has begun */
	struct recount recount;  /* since the last look */
	struct moment *kept;     /* of a file or the history */
	uint64_t kept_count, kept_which;
	struct chronicle *chronicle;
	uint64_t remembered_ms;
	struct gap unread; /* of the history, in its arena; what: NULL where all was read */
	struct arena *unread_arena;
	struct stamp stamp; /* of the answer before */
	struct text filter; /* the same */
	uint64_t spent_ns;  /* of the processor, when the answer before was made, and for counts since */
};

static const struct options *options_of(const struct sight *s)
{
	return &s->in->options;
}

/* The agent sees all namespaces, in its own way: who asks for something else is shown that. */
static bool asks_own_look(const struct options *o)
{
	return o->netns || getenv("UNFIN_NETNS") || o->source || o->window.given || o->without_hook.count ||
	       o->show_args;
}

struct sight *sight_new(const struct invocation *in, const struct source_request *look, struct request *request)
{
	struct sight *s = memory_zeroed(sizeof(*s));
	const struct options *o = &in->options;

	s->in = in;
	s->look = look;
	s->request = request;
	s->hooks = gather_hooks(o);
	s->kind = o->from ? SIGHT_FILE : !asks_own_look(o) && kept_agent_find(o, &s->agent) ? SIGHT_AGENT : SIGHT_LIVE;
	text_add(&s->filter, "");
	return s;
}

void sight_free(struct sight *s)
{
	if (!s)
		return;
	looking_close(s->looking);
	moment_free(s->kept);
	chronicle_free(s->chronicle);
	arena_free(s->unread_arena);
	kept_agent_free(&s->agent);
	text_free(&s->filter);
	free(s);
}

enum sight_kind sight_kind_of(const struct sight *s)
{
	return s->kind;
}

unsigned sight_power(const struct sight *s)
{
	unsigned reads = POWER_OPEN | POWER_FOREIGN;

	return s->kind == SIGHT_LIVE ? POWER_LOOK | POWER_ENTER | POWER_TRACK | reads : reads;
}

/* As it was asked for; 0 is one look. */
static uint64_t interval_ms(const struct sight *s)
{
	const struct optional *window = &options_of(s)->window;

	return window->given ? window->value : WINDOW_MS;
}

static void tell(struct picture *picture, const struct gap *why)
{
	struct arena *arena = picture->arena;

	picture->trouble.what = arena_strdup(arena, why->what ?: "anything");
	picture->trouble.why = arena_strdup(arena, why->why ?: "not known why");
	picture->trouble.mend = why->mend ? arena_strdup(arena, why->mend) : NULL;
}

static const struct moment *look_now(struct sight *s, struct picture *picture)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct gap why = { 0 };

	if (!s->looking) {
		if (!looking_open(s->look, &s->hooks, arena, &s->looking, &why))
			return looking_moment(s->looking);
		tell(picture, &why);
		return NULL;
	}
	if (!s->rests)
		return looking_moment(s->looking);
	s->rests = false;
	int err = looking_look(s->looking);
	if (!err)
		return looking_moment(s->looking);
	tell(picture, &(struct gap){ "the sockets", strerror(-err), NULL });
	return NULL;
}

static const struct moment *read_kept(struct sight *s, const struct picture_order *o, struct picture *picture)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();
	const char *path = s->kind == SIGHT_FILE ? options_of(s)->from : s->agent.path.bytes;
	struct gap why = { 0 };
	int err = o->back ? kept_of_history(options_of(s), o->back, m, &s->kept_count, &s->kept_which, &why)
	                  : kept_of_file(path, m, &why);

	if (err) {
		tell(picture, &why);
		return NULL;
	}
	if (!options_of(s)->show_args)
		secrets_mask_moment(m);
	moment_free(s->kept);
	s->kept = take_ptr(m);
	return s->kept;
}

static struct stamp stamp_of(const struct sight *s, const struct picture_order *o)
{
	const char *path = s->kind == SIGHT_FILE ? options_of(s)->from : s->agent.path.bytes;
	struct stamp stamp = { .back = o->back, .columns = o->columns };

	if (!o->back && s->kind != SIGHT_LIVE)
		file_stamp_read(path, &stamp.file);
	return stamp;
}

/* The prompt's expression takes the place of the command line's. */
static void narrow(const struct sight *s, const struct picture_order *o, struct moment *m)
{
	struct invocation in = *s->in;
	const char *word = o->filter;
	bool live = s->kind == SIGHT_LIVE && !o->back;

	in.words.items = &word;
	in.words.count = word ? 1 : 0;
	narrowed_tell(&in, live ? NULL : options_of(s)->from ?: s->agent.path.bytes ?: folder_state(options_of(s)), m);
}

static void remember(struct sight *s)
{
	static const struct before_request with_points = { .points = true };
	uint64_t now_ms = clock_monotonic_ns() / NS_PER_MS;
	struct gap why;

	if (s->kind == SIGHT_FILE || (s->remembered_ms && now_ms - s->remembered_ms < REMEMBER_EVERY_MS))
		return;
	s->remembered_ms = now_ms;
	chronicle_free(s->chronicle);
	arena_free(s->unread_arena);
	s->unread_arena = arena_new();
	s->unread = (struct gap){ 0 };
	if (kept_count(options_of(s), &s->kept_count, s->unread_arena, &why))
		s->unread = why;
	if (before_read(options_of(s), &with_points, &s->chronicle, s->unread_arena, &why))
		s->unread = why;
}

static void judge_into(struct sight *s, const struct picture_order *o, struct moment *m, struct picture *picture)
{
	struct check_ground g = { .moment = m,
		                  .request = s->request,
		                  .chronicle = s->chronicle,
		                  .unread = s->unread.what ? &s->unread : NULL };

	m->narrowed.count = 0;
	narrow(s, o, m);
	cleanup(judgement_cleanup) struct judgement *j = judge_request(m, s->request);
	g.judgement = j;
	picture_fill(picture, &g, (unsigned)MIN(o->columns, (uint64_t)COLUMNS_MOST));
}

static void tell_source(const struct sight *s, const struct picture_order *o, struct picture *picture)
{
	TEXT_CLEANUP t = { 0 }, every = { 0 };

	format_duration(&every, s->kind == SIGHT_AGENT ? s->agent.interval_ms : picture->interval_ms);
	if (o->back)
		text_printf(&t, "kept by the agent in %s", folder_state(options_of(s)));
	else if (s->kind == SIGHT_FILE)
		text_printf(&t, "kept in %s", options_of(s)->from);
	else if (s->kind == SIGHT_AGENT)
		text_printf(&t, "the agent looks every %s", every.bytes);
	else
		text_printf(&t, "looking every %s", every.bytes);
	picture->source = arena_strdup(picture->arena, t.bytes);
}

static void set_filter(struct sight *s, const struct picture_order *o, struct arena *arena, struct picture *picture)
{
	struct filter_error error;
	struct filter *filter = NULL;

	s->request->about = NULL;
	if (!o->filter)
		return;
	if (!filter_compile(o->filter, arena, &filter, &error)) {
		s->request->about = filter;
		return;
	}
	picture->filter_column = error.column;
	picture->filter_message = arena_strdup(picture->arena, error.message);
	picture->filter_hint = error.hint ? arena_strdup(picture->arena, error.hint) : NULL;
}

static bool is_same(struct sight *s, const struct picture_order *o, const struct stamp *stamp)
{
	const char *filter = o->filter ?: "";
	bool same = s->kept && !memcmp(stamp, &s->stamp, sizeof(*stamp)) && streq(filter, s->filter.bytes);

	s->stamp = *stamp;
	s->filter.length = 0;
	text_add(&s->filter, filter);
	return same && (s->kind != SIGHT_LIVE || o->back);
}

/* All since the answer before but counts: its sending, too, and the beginning of the window. */
static void tell_cost(struct sight *s, struct picture *picture)
{
	uint64_t spent_ns = clock_spent_ns();

	picture->cost_ns = spent_ns - s->spent_ns;
	s->spent_ns = spent_ns;
}

/* Where the next look is not soon. */
static void prepare_counts(struct sight *s, struct picture *picture)
{
	if (!rhythm_is_dear(interval_ms(s), clock_spent_ns() - s->spent_ns))
		return;
	recount_begin(&s->recount, s->looking);
	picture->countable = s->recount.fits;
}

/* What cannot be counted (any more) is seen by the next look. */
static struct picture *count(struct sight *s)
{
	struct picture *picture = picture_new();
	uint64_t before_ns = clock_spent_ns(), states[STATE_COUNT];
	TEXT_CLEANUP t = { 0 };

	picture->interval_ms = interval_ms(s);
	picture->same = !s->looking || recount_now(&s->recount, s->looking, states);
	picture->counted = !picture->same;
	if (picture->counted) {
		states_add_counts(&t, states);
		picture->states = arena_strdup(picture->arena, t.bytes);
		picture->taken_ms = clock_unix_ms();
	}
	picture->cost_ns = clock_spent_ns() - before_ns;
	s->spent_ns += picture->cost_ns;
	return picture;
}

struct picture *sight_answer(struct sight *s, const struct picture_order *o)
{
	if (o->count)
		return count(s);
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct picture *picture = picture_new();
	struct stamp stamp = stamp_of(s, o);
	bool live = s->kind == SIGHT_LIVE && !o->back;

	picture->interval_ms = o->back || s->kind == SIGHT_FILE ? 0 : live ? interval_ms(s) : AGENT_POLL_MS;
	if (is_same(s, o, &stamp)) {
		picture->same = true;
		tell_cost(s, picture);
		return picture;
	}
	remember(s);
	set_filter(s, o, arena, picture);
	const struct moment *m = live ? look_now(s, picture) : read_kept(s, o, picture);
	if (m)
		judge_into(s, o, live ? looking_moment(s->looking) : s->kept, picture);
	if (m && live)
		prepare_counts(s, picture);
	picture->kept = s->kept_count;
	picture->shown = o->back && m ? s->kept_which : 0;
	tell_source(s, o, picture);
	s->request->about = NULL; /* it goes with the arena */
	tell_cost(s, picture);
	return picture;
}

void sight_rest(struct sight *s)
{
	if (!s->looking || s->rests)
		return;
	looking_follow(s->looking);
	s->rests = true;
}
