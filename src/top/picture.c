/* One description serves both ways: each function carries its struct out to bytes, or in from them. A number is 8
 * bytes, a text its length and its bytes; of a text that is NULL the length is UINT64_MAX. */
#include "picture.h"
#include "base/text.h"
#include <errno.h>

enum { ITEMS_MOST = 1 << 20 };

struct carrier {
	struct text *out; /* NULL: it reads */
	const char *at, *end;
	struct arena *arena;
	bool broken;
};

static void carry_bytes(struct carrier *c, void *bytes, size_t length)
{
	if (c->out) {
		text_add_bytes(c->out, bytes, length);
	} else if (c->broken || (size_t)(c->end - c->at) < length) {
		c->broken = true;
		memset(bytes, 0, length);
	} else {
		memcpy(bytes, c->at, length);
		c->at += length;
	}
}

static void carry_number(struct carrier *c, uint64_t *n)
{
	carry_bytes(c, n, sizeof(*n));
}

static void carry_text(struct carrier *c, const char **text)
{
	uint64_t length = c->out && *text ? strlen(*text) : UINT64_MAX;

	carry_number(c, &length);
	if (c->out) {
		text_add_bytes(c->out, *text ?: "", *text ? length : 0);
		return;
	}
	*text = NULL;
	if (c->broken || length == UINT64_MAX)
		return;
	if (length > (uint64_t)(c->end - c->at)) {
		c->broken = true;
		return;
	}
	*text = arena_strndup(c->arena, c->at, length);
	c->at += length;
}

/* How many items follow: false if there is none (any more). */
#define carry_each(c, list, it)                                                                                        \
	for (uint64_t count_ = carry_count((c), (list)->count), i_ = 0;                                                \
	     i_ < count_ && !(c)->broken && ((it) = (c)->out ? &(list)->items[i_] : array_push(list)); i_++)

static uint64_t carry_count(struct carrier *c, uint64_t count)
{
	carry_number(c, &count);
	if (count > ITEMS_MOST)
		c->broken = true;
	return count;
}

static void carry_lines(struct carrier *c, picture_lines *lines)
{
	struct picture_line *l;

	carry_each(c, lines, l)
	{
		carry_text(c, &l->label);
		carry_text(c, &l->text);
		carry_text(c, &l->command);
	}
}

static void carry_finding(struct carrier *c, struct picture_finding *f)
{
	const char **texts[] = { &f->key, &f->id, &f->head, &f->rest, &f->life };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		carry_text(c, texts[i]);
	carry_number(c, &f->severity);
	carry_number(c, &f->effect);
	carry_lines(c, &f->lines);
}

static void carry_program(struct carrier *c, struct picture_program *p)
{
	const char **texts[] = { &p->name, &p->identity, &p->left_unit, &p->peer };
	uint64_t *numbers[] = { &p->unfinished,   &p->connections, &p->oldest_ms,  &p->oldest_known, &p->growth_milli,
		                &p->growth_known, &p->left,        &p->left_known, &p->left_ends_ms };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		carry_text(c, texts[i]);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		carry_number(c, numbers[i]);
	carry_lines(c, &p->lines);
}

static void carry_picture(struct carrier *c, struct picture *s)
{
	uint64_t *numbers[] = { &s->same,    &s->seen,        &s->taken_ms,      &s->verdict, &s->complete,
		                &s->cost_ns, &s->interval_ms, &s->filter_column, &s->kept,    &s->shown,
		                &s->unread,  &s->counted,     &s->countable };
	const char **texts[] = { &s->words,        &s->circumstances,  &s->states,       &s->states_normal,
		                 &s->unwatched,    &s->source,         &s->trouble.what, &s->trouble.why,
		                 &s->trouble.mend, &s->filter_message, &s->filter_hint };
	struct picture_finding *f;
	struct picture_program *p;
	const char **gap;

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		carry_number(c, numbers[i]);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		carry_text(c, texts[i]);
	carry_each(c, &s->gaps, gap) carry_text(c, gap);
	carry_each(c, &s->findings, f) carry_finding(c, f);
	carry_each(c, &s->programs, p) carry_program(c, p);
}

static void carry_order(struct carrier *c, struct picture_order *o)
{
	carry_text(c, &o->filter);
	carry_number(c, &o->columns);
	carry_number(c, &o->back);
	carry_number(c, &o->count);
}

struct picture *picture_new(void)
{
	struct picture *s = memory_zeroed(sizeof(*s));

	s->arena = arena_new();
	return s;
}

void picture_free(struct picture *s)
{
	if (!s)
		return;
	array_each (&s->findings, f)
		array_free(&f->lines);
	array_each (&s->programs, p)
		array_free(&p->lines);
	array_free(&s->gaps);
	array_free(&s->findings);
	array_free(&s->programs);
	arena_free(s->arena);
	free(s);
}

void picture_cleanup(struct picture **s)
{
	picture_free(*s);
}

void picture_write(struct text *out, const struct picture *s)
{
	struct picture copy = *s; /* is only read */

	carry_picture(&(struct carrier){ .out = out }, &copy);
}

int picture_read(const char *bytes, size_t length, struct picture **ret)
{
	cleanup(picture_cleanup) struct picture *s = picture_new();
	struct carrier c = { .at = bytes, .end = bytes + length, .arena = s->arena };

	carry_picture(&c, s);
	if (c.broken || c.at != c.end)
		return -EBADMSG;
	*ret = take_ptr(s);
	return 0;
}

void picture_order_write(struct text *out, const struct picture_order *o)
{
	struct picture_order copy = *o;

	carry_order(&(struct carrier){ .out = out }, &copy);
}

int picture_order_read(const char *bytes, size_t length, struct arena *arena, struct picture_order *ret)
{
	struct carrier c = { .at = bytes, .end = bytes + length, .arena = arena };

	*ret = (struct picture_order){ 0 };
	carry_order(&c, ret);
	return c.broken || c.at != c.end ? -EBADMSG : 0;
}
