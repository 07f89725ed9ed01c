/* A history in a folder of its own, and what is written into it. */
#pragma once
#include "unit.h"
#include "history/folder.h"
#include "history/history.h"
#include "history/store.h"
#include "source/kept/kept.h"

enum { DAY = 1796000000 / 86400 }; /* 2026-11-29 */
#define AT_MS ((uint64_t)DAY * DAY_MS + 3600000)

struct scene {
	char folder[40];
	struct arena *arena;
	struct moment *m;
	struct store *store;
};

static inline void scene_free(struct scene *s)
{
	char command[80];

	store_free(s->store);
	moment_free(s->m);
	arena_free(s->arena);
	snprintf(command, sizeof(command), "rm -r %s", s->folder);
	assert_int_equal(system(command), 0);
}

static inline struct scene scene_new(void)
{
	const struct store_limits none = { 0 };
	struct scene s = { .folder = "/tmp/unfin-history-XXXXXX", .arena = arena_new(), .m = moment_new() };

	assert_non_null(mkdtemp(s.folder));
	s.m->host = "here";
	s.m->boot_id = "b";
	s.store = store_new(s.folder, &none);
	return s;
}

static inline struct life *leak(uint64_t first_ms, uint64_t count)
{
	struct life *l = life_new();

	*l = (struct life){ .arena = l->arena,
		            .changed = true,
		            .key = "never-closed net:[1] fetch 1.2.3.4:80",
		            .id = "never-closed",
		            .first_ms = first_ms,
		            .last_ms = first_ms,
		            .openings = 1,
		            .count = count,
		            .count_max = count,
		            .subject_known = true };
	memcpy(l->subject.comm, "fetch", 6);
	*array_push(&l->points) = (struct life_point){ first_ms, count, SEVERITY_INFO };
	*array_push(&l->victims) =
	        (struct life_victim){ "login", NULL, 7, "bind", "EADDRINUSE", NULL, 3, first_ms, first_ms };
	return l;
}

static inline int write_cycle(struct scene *s, uint64_t at_ms, struct life *l, const char *keep, struct gap *why)
{
	struct cycle c = { .moment = s->m,
		           .at_ms = at_ms,
		           .verdict = "ok",
		           .interval_ms = 10000,
		           .lives = &l,
		           .life_count = l != NULL,
		           .keep = keep };
	s->m->taken_unix_ms = at_ms;
	c.image = arena_printf(s->arena, "%s/moment", s->folder);
	assert_int_equal(kept_make(s->m, c.image, &c.image_bytes), 0);
	*why = (struct gap){ 0 };
	int err = store_write(s->store, &c, s->arena, why);
	unlink(c.image);
	return err;
}

static inline struct chronicle *read_all(struct scene *s)
{
	const struct history_request all = { .to_ms = UINT64_MAX, .points = true };
	struct chronicle *c = NULL;
	struct gap why;

	assert_int_equal(history_read(s->folder, &all, &c, s->arena, &why), 0);
	return c;
}

/* Each with a cookie that packs badly. */
static inline void add_many_sockets(struct scene *s, uint64_t count)
{
	for (uint64_t i = 1; i <= count; i++)
		*array_push(&s->m->sockets) = (struct socket){ .cookie = i * 0x9e3779b97f4a7c15 >> 1,
			                                       .state = STATE_ESTABLISHED,
			                                       .netns = NETNS_UNKNOWN,
			                                       .first_holder = HOLDER_NONE };
}
