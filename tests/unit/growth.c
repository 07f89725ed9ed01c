#include "unit.h"
#include "model/growth.h"

enum { MANY = 3000 };

static uint64_t ages[MANY];

/* `count` ages, one every `every_ms`, the youngest `first_ms` old. */
static struct growth_evidence arrivals(size_t count, uint64_t first_ms, uint64_t every_ms)
{
	for (size_t i = 0; i < count; i++)
		ages[i] = first_ms + i * every_ms;
	return (struct growth_evidence){ .ages_ms = ages, .count = count };
}

static void assert_rate(const struct growth *g, double per_min)
{
	assert_true(g->known);
	assert_true(g->per_min > per_min * 0.8 && g->per_min < per_min * 1.2);
	assert_true(g->low_per_min <= g->per_min && g->per_min <= g->high_per_min);
}

static void one_look_at_young_sockets_tells_nothing(void **state)
{
	struct growth_evidence e = arrivals(500, 10, 10);
	struct growth g = growth_of(&e);

	assert_false(g.known);
	assert_int_equal(g.window_s, 10);
}

static void what_never_closes_grows_as_it_arrives(void **state)
{
	struct growth_evidence e = arrivals(500, 100, 100);

	e.window_ms = 2000;
	e.arrived = 20;
	struct growth g = growth_of(&e);
	assert_rate(&g, 600);
}

/* A second of 200, then one a second, for half a minute or for seven seconds: the hundred youngest would tell twice the
 * pace of now, or ten times. */
static void a_pace_that_has_slowed_is_that_of_now(void **state)
{
	static const size_t since[] = { 30, 7 };

	for (size_t at = 0; at < ARRAY_SIZE(since); at++) {
		struct growth_evidence e = arrivals(since[at], 1000, 1000);
		for (size_t i = 0; i < 200; i++)
			ages[e.count++] = since[at] * 1000 + i * 5;
		e.window_ms = 2000;
		e.arrived = 2;
		struct growth g = growth_of(&e);
		assert_rate(&g, 60);
	}
}

/* Ten at a time, each ten seconds: the last ten are no pace. */
static void what_comes_in_batches_has_the_pace_of_many(void **state)
{
	struct growth_evidence e = { .ages_ms = ages, .window_ms = 2000 };

	for (unsigned batch = 0; batch < 20; batch++)
		for (unsigned i = 0; i < 10; i++)
			ages[e.count++] = 500 + batch * 10000 + i * 10;
	e.arrived = 8;
	struct growth g = growth_of(&e);
	assert_true(g.known && g.per_min > 50 && g.per_min < 75);
}

/* 50 a second, closed within 3 s, and one a second leaked: never 50 a second. */
static void survivors_are_left_out(void **state)
{
	struct growth_evidence e = arrivals(150, 20, 20);

	for (size_t i = 0; i < 300; i++)
		ages[e.count++] = 3000 + i * 1000;
	e.window_ms = 2000;
	e.closed_oldest_ms = 5000;
	struct growth g = growth_of(&e);
	assert_rate(&g, 60);
	e.count = 200;
	g = growth_of(&e);
	assert_false(g.known);
}

/* 38 in 38 s are older than 3 x 5 s; another 62 come in as many seconds: the window that is named gives the rate. */
static void too_few_survivors_name_the_window_that_has_enough(void **state)
{
	struct growth_evidence e = arrivals(50, 3000, 1000);

	e.window_ms = 2000;
	e.closed_oldest_ms = 5000;
	struct growth g = growth_of(&e);
	assert_false(g.known);
	assert_in_range(g.window_s, 60, 80);
	e.count = arrivals(50 + g.window_s, 3000, 1000).count;
	g = growth_of(&e);
	assert_rate(&g, 60);
}

static void what_is_young_is_told_when_to_ask_again(void **state)
{
	struct growth_evidence e = arrivals(190, 100, 100);

	e.window_ms = 10000;
	e.arrived = 100;
	struct growth g = growth_of(&e);
	assert_false(g.known);
	assert_in_range(g.again_s, 11, 12);
}

static void a_burst_is_not_the_pace_of_now(void **state)
{
	struct growth_evidence e = arrivals(300, 9000, 5);

	e.window_ms = 2000;
	e.arrived = 2;
	struct growth g = growth_of(&e);
	assert_true(g.known);
	assert_true(g.per_min < 100);
	e.arrived = 0;
	g = growth_of(&e);
	assert_false(g.known);
}

UNIT_MAIN(TEST(one_look_at_young_sockets_tells_nothing), TEST(what_never_closes_grows_as_it_arrives),
          TEST(a_pace_that_has_slowed_is_that_of_now), TEST(what_comes_in_batches_has_the_pace_of_many),
          TEST(survivors_are_left_out), TEST(too_few_survivors_name_the_window_that_has_enough),
          TEST(what_is_young_is_told_when_to_ask_again), TEST(a_burst_is_not_the_pace_of_now));
