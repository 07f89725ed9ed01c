#include "chronicle.h"

struct chronicle *chronicle_new(void)
{
	struct chronicle *c = memory_zeroed(sizeof(*c));

	c->moment = moment_new();
	c->verdict = "unknown";
	return c;
}

void chronicle_free(struct chronicle *c)
{
	if (!c)
		return;
	array_each (&c->lives, l)
		life_clear(l);
	array_free(&c->lives);
	array_free(&c->releases);
	array_free(&c->notes);
	array_each (&c->figures, f)
		array_free(&f->points);
	array_free(&c->figures);
	array_free(&c->past_looks);
	array_free(&c->past_ages);
	array_free(&c->past_moments);
	moment_free(c->moment);
	free(c);
}

void chronicle_cleanup(struct chronicle **c)
{
	chronicle_free(*c);
}

/* The same line of life on two days: the later one knows all, but for the points and victims of the earlier. */
static bool goes_on(const struct life *a, const struct life *b)
{
	return a->first_ms == b->first_ms && streq(a->key, b->key);
}

static void take_points(struct life *later, struct life *earlier)
{
	array_each (&later->points, p)
		*array_push(&earlier->points) = *p;
	array_free(&later->points);
	memcpy(&later->points, &earlier->points, sizeof(later->points));
	memset(&earlier->points, 0, sizeof(earlier->points));
}

static int by_begin(const void *a, const void *b)
{
	const struct life *x = a, *y = b;
	int order = strcmp(x->key, y->key);

	return order ?: CMP(x->first_ms, y->first_ms) ?: CMP(x->last_ms, y->last_ms);
}

static int by_weight(const void *a, const void *b)
{
	const struct life *x = a, *y = b;

	return CMP(x->ended_ms != 0, y->ended_ms != 0)
	               ?: (x->ended_ms ? 0 : CMP(y->severity, x->severity))
	               ?: CMP(y->ended_ms, x->ended_ms) ?: CMP(y->highest, x->highest)
	               ?: CMP(x->first_ms, y->first_ms) ?: strcmp(x->key, y->key);
}

static int compare_texts(const char *a, const char *b)
{
	return strcmp(a ?: "", b ?: "");
}

static int same_figure(const void *a, const void *b)
{
	const struct figure *x = a, *y = b;

	return CMP(x->kind, y->kind)
	               ?: compare_texts(x->netns, y->netns) ?: compare_texts(x->program, y->program)
	               ?: compare_texts(x->side, y->side) ?: compare_texts(x->end, y->end) ?: strcmp(x->what, y->what);
}

static int figures_by_day(const void *a, const void *b)
{
	const struct figure *x = a, *y = b;

	return same_figure(a, b) ?: CMP(x->points.items[0].at_ms, y->points.items[0].at_ms);
}

static int figures_by_value(const void *a, const void *b)
{
	const struct figure *x = a, *y = b;

	return CMP(x->kind, y->kind)
	               ?: CMP(y->points.items[y->points.count - 1].value, x->points.items[x->points.count - 1].value)
	               ?: same_figure(a, b);
}

/* The same one of several days is one. */
static void join_figures(struct chronicle *c)
{
	size_t kept = 0;

	array_sort(&c->figures, figures_by_day);
	for (size_t i = 0; i < c->figures.count; i++) {
		struct figure *f = &c->figures.items[i], *last = kept ? &c->figures.items[kept - 1] : NULL;
		if (!last || same_figure(last, f)) {
			c->figures.items[kept++] = *f;
			continue;
		}
		array_each (&f->points, p)
			*array_push(&last->points) = *p;
		array_free(&f->points);
	}
	c->figures.count = kept;
	array_sort(&c->figures, figures_by_value);
}

void chronicle_join(struct chronicle *c)
{
	size_t kept = 0;

	array_sort(&c->lives, by_begin);
	for (size_t i = 0; i < c->lives.count; i++) {
		struct life *l = &c->lives.items[i];
		if (kept && goes_on(&c->lives.items[kept - 1], l)) {
			take_points(l, &c->lives.items[kept - 1]);
			life_clear(&c->lives.items[--kept]);
		}
		c->lives.items[kept++] = *l;
	}
	c->lives.count = kept;
	array_sort(&c->lives, by_weight);
	join_figures(c);
}
