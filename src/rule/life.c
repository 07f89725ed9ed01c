#include "life.h"

struct life *life_new(void)
{
	struct life *l = memory_zeroed(sizeof(*l));

	l->arena = arena_new();
	return l;
}

void life_clear(struct life *l)
{
	array_free(&l->victims);
	array_free(&l->releases);
	array_free(&l->points);
	arena_free(l->arena);
	l->arena = NULL;
}

void life_free(struct life *l)
{
	if (!l)
		return;
	life_clear(l);
	free(l);
}

static void keep(struct arena *arena, const char **text)
{
	*text = *text ? arena_strdup(arena, *text) : NULL;
}

static void move_subject(struct process *p, struct arena *arena)
{
	const char **texts[] = { &p->tracer,    &p->cmdline,        &p->exe,     &p->cwd, &p->user, &p->unit, &p->pod,
		                 &p->container, &p->container_name, &p->ended_in };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		keep(arena, texts[i]);
	p->activity = (struct activity){ 0 };
}

void life_move(struct life *l, struct arena *arena)
{
	const char **texts[] = { &l->key,  &l->id,       &l->title,   &l->thing,     &l->netns,
		                 &l->peer, &l->listener, &l->setting, &l->caused_by, &l->subject_why };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		keep(arena, texts[i]);
	move_subject(&l->subject, arena);
	array_each (&l->victims, v) {
		const char **its[] = { &v->program, &v->cmdline, &v->call, &v->error, &v->target };
		for (size_t i = 0; i < ARRAY_SIZE(its); i++)
			keep(arena, its[i]);
	}
	array_each (&l->releases, r) {
		const char **its[] = { &r->program, &r->what, &r->was, &r->now };
		for (size_t i = 0; i < ARRAY_SIZE(its); i++)
			keep(arena, its[i]);
	}
	arena_free(l->arena);
	l->arena = arena;
}
