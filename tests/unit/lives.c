#include "unit.h"
#include "agent/lives.h"

enum { EVERY_MS = 10000 };

struct scene {
	struct moment *m;
	struct lives lives;
	uint64_t at_ms;
	news_list news;
};

static struct scene scene_new(void)
{
	struct scene s = { .m = moment_new(), .at_ms = 1000000 };

	moment_netns(s.m, 11);
	uint32_t p = moment_process(s.m, 42, NS_PER_S);
	memcpy(s.m->processes.items[p].comm, "fetch", 6);
	return s;
}

static void scene_free(struct scene *s)
{
	lives_free(&s->lives);
	array_free(&s->news);
	moment_free(s->m);
}

/* A cycle that judges so many connections to be left open; 0: none. */
static void cycle(struct scene *s, uint64_t count, enum severity severity)
{
	struct judgement j = { .arena = s->m->arena };
	struct finding f = { .id = "never-closed",
		             .title = "t",
		             .key = "never-closed net:[11] fetch 1.2.3.4:80",
		             .severity = severity,
		             .count = count,
		             .subject = 0 };

	if (count)
		*array_push(&j.findings) = f;
	s->at_ms += EVERY_MS;
	s->news.count = 0;
	lives_take(&s->lives, s->m, &j, s->at_ms, &s->news);
	array_free(&j.findings);
}

static void a_life_has_a_beginning_and_an_end(void **state)
{
	cleanup(scene_free) struct scene s = scene_new();

	cycle(&s, 0, 0);
	cycle(&s, 5, SEVERITY_INFO);
	assert_int_equal(s.news.count, 1);
	assert_int_equal(s.news.items[0].event, LIFE_OPENED);
	uint64_t first_ms = s.at_ms;
	cycle(&s, 9, SEVERITY_WARNING);
	assert_int_equal(s.news.items[0].event, LIFE_WORSE);
	uint64_t last_ms = s.at_ms;
	for (int i = 0; i < LIFE_MISSED_MOST - 1; i++) {
		cycle(&s, 0, 0);
		assert_int_equal(s.news.count, 0);
	}
	cycle(&s, 0, 0);
	assert_int_equal(s.news.items[0].event, LIFE_CLOSED);
	const struct life *l = s.lives.items.items[0];
	assert_int_equal(l->first_ms, first_ms);
	assert_int_equal(l->ended_ms, last_ms);
	assert_int_equal(l->count_max, 9);
	assert_int_equal(l->highest, SEVERITY_WARNING);
	assert_false(l->before);
	assert_int_equal(l->points.count, 3);
}

static void what_was_there_before_says_so(void **state)
{
	cleanup(scene_free) struct scene s = scene_new();

	cycle(&s, 5, SEVERITY_INFO);
	assert_true(s.lives.items.items[0]->before);
}

static void it_comes_back_as_the_same_one_within_an_hour(void **state)
{
	cleanup(scene_free) struct scene s = scene_new();

	cycle(&s, 5, SEVERITY_INFO);
	for (int i = 0; i < LIFE_MISSED_MOST; i++)
		cycle(&s, 0, 0);
	cycle(&s, 6, SEVERITY_INFO);
	assert_int_equal(s.news.items[0].event, LIFE_REOPENED);
	assert_int_equal(s.lives.items.count, 1);
	assert_int_equal(s.lives.items.items[0]->openings, 2);
	assert_int_equal(s.lives.items.items[0]->ended_ms, 0);
	for (int i = 0; i < LIFE_MISSED_MOST; i++)
		cycle(&s, 0, 0);
	s.lives.items.items[0]->changed = false; /* it is in the history */
	s.at_ms += LIFE_REOPENS_MS;
	cycle(&s, 7, SEVERITY_INFO);
	assert_int_equal(s.news.items[0].event, LIFE_OPENED);
	assert_int_equal(s.lives.items.count, 1);
	assert_int_equal(s.lives.items.items[0]->openings, 1);
}

static void nothing_new_writes_nothing(void **state)
{
	cleanup(scene_free) struct scene s = scene_new();

	cycle(&s, 5, SEVERITY_INFO);
	struct life *l = s.lives.items.items[0];
	l->row = 1; /* it is in the history */
	l->changed = false;
	l->points.count = 0;
	cycle(&s, 5, SEVERITY_INFO);
	assert_false(l->changed);
	assert_int_equal(l->points.count, 0);
	assert_int_equal(l->last_ms, s.at_ms);
	cycle(&s, 6, SEVERITY_INFO);
	assert_true(l->changed);
}

/* A look that finds an effect and not its root, as when a leak ends and the calls that it made fail are told of. */
static void an_effect_has_its_cause_for_as_long_as_that_lives(void **state)
{
	cleanup(scene_free) struct scene s = scene_new();
	struct finding effect = { .id = "ports-exhausted",
		                  .title = "t",
		                  .key = "ports-exhausted net:[11]",
		                  .subject = PROCESS_NONE,
		                  .caused_by = "never-closed net:[11] fetch 1.2.3.4:80" };
	struct finding root = { .id = "never-closed", .title = "t", .key = effect.caused_by, .count = 9 };
	struct judgement j = { .arena = s.m->arena };

	*array_push(&j.findings) = root;
	*array_push(&j.findings) = effect;
	lives_take(&s.lives, s.m, &j, s.at_ms, &s.news);
	const struct life *l = s.lives.items.items[1];
	for (uint64_t look = 0; look < LIFE_MISSED_MOST + 2; look++) {
		effect.caused_by = NULL;
		effect.count = look + 1;
		j.findings.count = 0;
		*array_push(&j.findings) = effect;
		s.at_ms += EVERY_MS;
		lives_take(&s.lives, s.m, &j, s.at_ms, &s.news);
		assert_int_equal(l->caused_by != NULL, look < LIFE_MISSED_MOST);
	}
	array_free(&j.findings);
}

static void a_clock_that_was_set_makes_no_life_longer(void **state)
{
	cleanup(scene_free) struct scene s = scene_new();

	cycle(&s, 5, SEVERITY_INFO);
	cycle(&s, 5, SEVERITY_INFO);
	struct life *l = s.lives.items.items[0];
	s.at_ms -= 600000;
	lives_shift(&s.lives, -600000);
	cycle(&s, 5, SEVERITY_INFO);
	assert_int_equal(l->last_ms - l->first_ms, 2 * EVERY_MS);
}

UNIT_MAIN(TEST(an_effect_has_its_cause_for_as_long_as_that_lives), TEST(a_life_has_a_beginning_and_an_end),
          TEST(what_was_there_before_says_so), TEST(it_comes_back_as_the_same_one_within_an_hour),
          TEST(nothing_new_writes_nothing), TEST(a_clock_that_was_set_makes_no_life_longer));
