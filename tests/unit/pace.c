/* The cost rule: a hundredth of one processor over time, and no long blindness for one dear look. */
#include "unit.h"
#include "agent/pace.h"
#include "agent/run_files.h"

enum { ASKED_MS = 10 * 1000 };

static uint64_t next_ms(struct pace *p, uint64_t cost_ms)
{
	return pace_next_ms(p, ASKED_MS, cost_ms * NS_PER_MS);
}

static void cheap_looks_come_as_asked(void **state)
{
	struct pace p = { 0 };

	for (int i = 0; i < 10; i++)
		assert_int_equal(next_ms(&p, 100), ASKED_MS);
	assert_int_equal(p.owed_ms, 0);
}

static void looks_that_are_all_dear_are_paid_for_whole(void **state)
{
	struct pace p = { 0 };
	uint64_t ms = next_ms(&p, 3000);

	for (int i = 0; i < 10; i++) {
		ms = next_ms(&p, 3000);
		assert_int_equal(ms, 300 * 1000);
	}
	assert_true(p.owed_ms <= 300 * 1000);
}

static void one_dear_look_is_paid_for_in_pieces(void **state)
{
	struct pace p = { 0 };
	uint64_t paid_ms = 0, spent_ms = 3000;

	next_ms(&p, 20);
	for (uint64_t ms = next_ms(&p, 3000); p.owed_ms || ms > ASKED_MS; ms = next_ms(&p, 20)) {
		assert_true(ms <= PACE_PIECE_MS);
		paid_ms += ms;
		spent_ms += 20;
	}
	assert_true(paid_ms + ASKED_MS >= (spent_ms - 20) * PACE_SHARE); /* a hundredth all the same */
}

static void a_stretch_beyond_the_piece_ends_when_looks_are_cheap_again(void **state)
{
	struct pace p = { 0 };
	int cycles = 0;

	for (int i = 0; i < 5; i++)
		next_ms(&p, 3000);
	while (next_ms(&p, 20) > ASKED_MS)
		assert_true(++cycles < 20);
}

static void looks_that_are_dear_by_turns_are_paid_for(void **state)
{
	struct pace p = { 0 };
	uint64_t paid_ms = 0;

	for (int i = 0; i < 1000; i++) {
		paid_ms += next_ms(&p, i % 2 ? 3000 : 1000);
		assert_true(p.owed_ms <= PACE_PIECES * 300 * 1000);
	}
	assert_true(paid_ms + PACE_PIECES * 300 * 1000 >= 1000ULL * 2000 * PACE_SHARE);
}

/* A moment is written with every other look: the debt does not grow meanwhile. */
static void looks_that_differ_somewhat_are_paid_for_within_minutes(void **state)
{
	struct pace p = { 0 };
	uint64_t paid_ms = 0, spent_ms = 0;

	next_ms(&p, 1000);
	next_ms(&p, 700);
	for (int i = 0; i < 8; i++) {
		uint64_t cost_ms = i % 2 ? 700 : 1000;
		spent_ms += cost_ms;
		paid_ms += next_ms(&p, cost_ms);
	}
	assert_true(paid_ms >= spent_ms * PACE_SHARE);
}

/* After so many milliseconds, where the one that is shown took `price_ms` of a processor. */
static bool is_due(uint64_t price_ms, uint64_t age_ms)
{
	const struct run_files r = { .shown_ns = 1, .price_ns = price_ms * NS_PER_MS };

	return run_files_due(&r, r.shown_ns + age_ms * NS_PER_MS);
}

static void a_moment_is_shown_as_often_as_it_is_cheap_and_every_five_minutes(void **state)
{
	const struct run_files none = { .price_ns = 1000 * NS_PER_MS };

	assert_true(run_files_due(&none, 1));
	assert_true(is_due(10, 4000));
	assert_false(is_due(10, 3999));
	assert_false(is_due(2000, 299 * 1000));
	assert_true(is_due(2000, 300 * 1000));
}

UNIT_MAIN(TEST(a_moment_is_shown_as_often_as_it_is_cheap_and_every_five_minutes), TEST(cheap_looks_come_as_asked),
          TEST(looks_that_are_all_dear_are_paid_for_whole), TEST(one_dear_look_is_paid_for_in_pieces),
          TEST(a_stretch_beyond_the_piece_ends_when_looks_are_cheap_again),
          TEST(looks_that_are_dear_by_turns_are_paid_for),
          TEST(looks_that_differ_somewhat_are_paid_for_within_minutes));
