/* Closes of windows before this one: one row a key, and dropped after five to ten minutes. */
#include "trace/past.h"
#include "base/clock.h"
#include "unit.h"

static void note(struct past *p, uint32_t tgid, uint64_t count, uint32_t youngest, uint32_t oldest)
{
	const struct record_end_key key = { .tgid = tgid };
	const struct record_close close = {
		.count = count, .youngest = youngest, .oldest = oldest, .delays = { count }
	};

	past_note(p, &key, &close);
}

static void rows_of_one_key_become_one(void **state)
{
	struct past p;

	past_begin(&p, 0);
	note(&p, 7, 3, 10, 20);
	note(&p, 8, 1, 1, 1);
	past_follow(&p, 10 * NS_PER_S);
	note(&p, 7, 2, 5, 90);
	past_list seen = past_rows(&p); /* what is noted is not past yet */
	assert_int_equal(seen.items[0].close.count, 3);
	array_free(&seen);
	past_follow(&p, 20 * NS_PER_S);
	seen = past_rows(&p);
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.items[0].key.tgid, 7);
	assert_int_equal(seen.items[0].close.count, 5);
	assert_int_equal(seen.items[0].close.delays[0], 5);
	assert_int_equal(seen.items[0].close.youngest, 5);
	assert_int_equal(seen.items[0].close.oldest, 90);
	array_free(&seen);
	past_free(&p);
}

static void what_is_old_goes_by_halves(void **state)
{
	struct past p;

	past_begin(&p, 0);
	note(&p, 7, 1, 1, 1);
	past_follow(&p, 300 * NS_PER_S);
	note(&p, 8, 1, 1, 1);
	past_follow(&p, 310 * NS_PER_S);
	past_list both = past_rows(&p);
	assert_int_equal(both.count, 2);
	assert_int_equal(past_began_ns(&p), 0);
	array_free(&both);
	past_follow(&p, 600 * NS_PER_S);
	past_list one = past_rows(&p);
	assert_int_equal(one.count, 1);
	assert_int_equal(one.items[0].key.tgid, 8);
	assert_int_equal(past_began_ns(&p), 300 * NS_PER_S);
	array_free(&one);
	past_free(&p);
}

UNIT_MAIN(TEST(rows_of_one_key_become_one), TEST(what_is_old_goes_by_halves))
