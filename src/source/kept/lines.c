#include "lines.h"
#include "model/event.h"
#include <errno.h>

/* clang-format off */
#define END { 0 }

const struct kept_column kept_stack_columns[] = {
#define C(kind, field, ...) { #field, KEPT_##kind, offsetof(struct kept_stack, field), __VA_ARGS__ }
	C(U32, how),
	C(U32, own),
	C(U32, cut),
	C(TEXT, runtime),
	C(TEXT, why, SECRET_TEXT),
	C(TEXT, revision, SECRET_TEXT),
	C(BOOL, modified),
	END,
#undef C
};

const struct kept_column kept_frame_columns[] = {
#define C(kind, field, ...) { #field, KEPT_##kind, offsetof(struct kept_frame, field), __VA_ARGS__ }
	C(U32, stack),
	C(TEXT, function, SECRET_PROGRAM),
	C(TEXT, file, SECRET_PATH),
	C(TEXT, library, SECRET_PROGRAM),
	C(U32, line),
	C(U32, own),
	END,
#undef C
};

const struct kept_column kept_standing_columns[] = {
#define C(kind, field, ...) { #field, KEPT_##kind, offsetof(struct kept_standing, standing.field), __VA_ARGS__ }
	C(U32, process),
	C(U32, tid),
	C(U32, threads),
	C(U32, met),
	C(U32, times),
	C(CHARS, thread, SECRET_PROGRAM),
	{ "stack", KEPT_U32, offsetof(struct kept_standing, stack) },
	END,
#undef C
};

/* Not told: what blame and guard alone know. */
const struct kept_column kept_site_columns[] = {
#define C(kind, field, ...) { #field, KEPT_##kind, offsetof(struct kept_site, site.field), __VA_ARGS__ }
#define COMMIT(of) \
	C(TEXT, of.id, SECRET_TEXT), \
	C(TEXT, of.author, SECRET_USER), \
	C(TEXT, of.subject, SECRET_TEXT), \
	C(U64, of.unix_s), \
	C(I32, of.offset_min), \
	C(U32, of.behind), \
	C(BOOL, of.uncommitted), \
	C(TEXT, of.why, SECRET_TEXT)
	C(U32, process),
	C(U64, count),
	C(U64, oldest_ms),
	C(BOOL, accepted),
	C(U64, inferred),
	C(U64, unread),
	C(U16, listened_port),
	COMMIT(commit),
	COMMIT(listened_commit),
	C(U64, changes.from_ms),
	C(U64, changes.to_ms),
	C(U32, changes.count),
	C(TEXT, changes.why, SECRET_TEXT),
#undef COMMIT
#undef C
#define C(kind, field, ...) { #field, KEPT_##kind, offsetof(struct kept_site, field), __VA_ARGS__ }
	C(U32, stack),
	C(U32, told),
	C(U32, listened),
	END,
#undef C
};

const struct kept_column kept_change_columns[] = {
#define C(kind, field, ...) { #field, KEPT_##kind, offsetof(struct kept_change, field), __VA_ARGS__ }
	C(U32, site),
	C(TEXT, commit.id, SECRET_TEXT),
	C(TEXT, commit.author, SECRET_USER),
	C(TEXT, commit.subject, SECRET_TEXT),
	C(U64, commit.unix_s),
	C(I32, commit.offset_min),
	END,
#undef C
};

const struct kept_column kept_opening_columns[] = {
#define C(kind, field, ...) { #field, KEPT_##kind, offsetof(struct opening, field), __VA_ARGS__ }
	C(U32, socket),
	C(U32, site),
	END,
#undef C
};

#undef END
/* clang-format on */

static const char *text_or_null(const char *text)
{
	return *text ? text : NULL;
}

static uint32_t take_stack(struct kept_lines *l, const struct stack *s)
{
	uint32_t number = (uint32_t)l->stacks.count;

	if (!s)
		return KEPT_NO_STACK;
	*array_push(&l->stacks) = (struct kept_stack){ .how = s->how,
		                                       .own = s->own,
		                                       .cut = s->cut,
		                                       .runtime = text_or_null(s->runtime),
		                                       .why = text_or_null(s->why),
		                                       .revision = text_or_null(s->revision),
		                                       .modified = s->modified };
	for (const struct frame *f = s->frames; f < s->frames + s->count; f++)
		*array_push(&l->frames) = (struct kept_frame){ .stack = number,
			                                       .function = text_or_null(f->function),
			                                       .file = text_or_null(f->file),
			                                       .library = text_or_null(f->library),
			                                       .line = f->line,
			                                       .own = f->own };
	return number;
}

static void take_changes(struct kept_lines *l, uint32_t site, const struct site_changes *c)
{
	for (uint32_t i = 0; i < c->shown; i++)
		*array_push(&l->changes) = (struct kept_change){ site, c->commits[i] };
}

void kept_lines_take(struct kept_lines *l, const struct moment *m)
{
	array_each (&m->standings, s)
		*array_push(&l->standings) = (struct kept_standing){ *s, take_stack(l, s->stack) };
	array_each (&m->sites, s) {
		take_changes(l, (uint32_t)l->sites.count, &s->changes);
		*array_push(&l->sites) = (struct kept_site){ .site = *s,
			                                     .stack = take_stack(l, s->stack),
			                                     .told = take_stack(l, s->told),
			                                     .listened = take_stack(l, s->listened) };
	}
}

#define FILL(room, text) snprintf((room), sizeof(room), "%s", (text) ?: "")

static void give_frame(struct frame *to, const struct kept_frame *f)
{
	*to = (struct frame){ .line = f->line, .own = f->own };
	FILL(to->function, f->function);
	FILL(to->file, f->file);
	FILL(to->library, f->library);
}

/* `at`: the frame that comes next, of all. NULL: it does not fit. */
static struct stack *give_stack(const struct kept_lines *l, uint32_t number, size_t *at, struct arena *arena)
{
	const struct kept_stack *s = &l->stacks.items[number];
	uint32_t count = 0;

	while (*at + count < l->frames.count && l->frames.items[*at + count].stack == number)
		count++;
	if (count > STACK_FRAMES || s->how > SITE_NATIVE_ONLY || s->own > count || (s->own == count && s->how))
		return NULL;
	struct stack *to = arena_alloc(arena, offsetof(struct stack, frames) + (size_t)count * sizeof(*to->frames));
	to->how = s->how;
	to->own = s->own;
	to->cut = s->cut;
	to->count = count;
	to->modified = s->modified;
	FILL(to->runtime, s->runtime);
	FILL(to->why, s->why);
	FILL(to->revision, s->revision);
	for (uint32_t i = 0; i < count; i++)
		give_frame(&to->frames[i], &l->frames.items[(*at)++]);
	return to;
}

typedef ARRAY(struct stack *) stack_list;

static int give_stacks(const struct kept_lines *l, stack_list *ret, struct arena *arena)
{
	size_t at = 0;

	for (uint32_t number = 0; number < l->stacks.count; number++) {
		struct stack *s = give_stack(l, number, &at, arena);
		if (!s)
			return -EBADMSG;
		*array_push(ret) = s;
	}
	return at == l->frames.count ? 0 : -EBADMSG;
}

static bool find_stack(const stack_list *stacks, uint32_t number, struct stack **ret)
{
	*ret = number < stacks->count ? stacks->items[number] : NULL;
	return *ret || number == KEPT_NO_STACK;
}

static int give_standings(const struct kept_lines *l, const stack_list *stacks, struct moment *m)
{
	array_each (&l->standings, row) {
		struct standing s = row->standing;
		if (s.process >= m->processes.count || !find_stack(stacks, row->stack, &s.stack) || !s.stack)
			return -EBADMSG;
		*array_push(&m->standings) = s;
	}
	return 0;
}

/* `at`: the change that comes next, of all. */
static bool give_changes(const struct kept_lines *l, uint32_t site, size_t *at, struct site_changes *c,
                         struct arena *arena)
{
	size_t first = *at;

	while (*at < l->changes.count && l->changes.items[*at].site == site)
		++*at;
	c->shown = (uint32_t)(*at - first);
	struct site_commit *commits = arena_alloc(arena, c->shown * sizeof(*commits));
	for (uint32_t i = 0; i < c->shown; i++)
		commits[i] = l->changes.items[first + i].commit;
	c->commits = commits;
	return c->shown <= c->count;
}

static int give_sites(const struct kept_lines *l, const stack_list *stacks, struct moment *m)
{
	size_t change = 0;

	array_each (&l->sites, row) {
		struct site s = row->site;
		s.holder = s.newest_process = PROCESS_NONE;
		if ((s.process >= m->processes.count && s.process != PROCESS_NONE) ||
		    !find_stack(stacks, row->stack, &s.stack) || !s.stack || !find_stack(stacks, row->told, &s.told) ||
		    !find_stack(stacks, row->listened, &s.listened) ||
		    !give_changes(l, (uint32_t)m->sites.count, &change, &s.changes, m->arena))
			return -EBADMSG;
		*array_push(&m->sites) = s;
	}
	array_each (&m->openings, o)
		if (o->socket >= m->sockets.count || o->site >= m->sites.count)
			return -EBADMSG;
	return change == l->changes.count ? 0 : -EBADMSG;
}

int kept_lines_give(const struct kept_lines *l, struct moment *m)
{
	stack_list stacks = { 0 };
	int err = give_stacks(l, &stacks, m->arena) ?: give_standings(l, &stacks, m) ?: give_sites(l, &stacks, m);

	array_free(&stacks);
	return err;
}

void kept_lines_free(struct kept_lines *l)
{
	array_free(&l->stacks);
	array_free(&l->frames);
	array_free(&l->standings);
	array_free(&l->sites);
	array_free(&l->changes);
}
