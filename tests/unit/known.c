/* Findings that a hub was told of: since when, for as long as they go on. */
#include "unit.h"
#include "uplink/known.h"

static void a_finding_is_known_until_it_ends(void **state)
{
	struct known k = { 0 };
	TEXT_CLEANUP t = { 0 };

	assert_int_equal(known_see(&k, "never-closed/a b", 7), 7);
	assert_int_equal(known_see(&k, "never-closed/a b", 9), 7);
	known_write(&k, &t);
	known_free(&k);
	known_read(&k, t.bytes);
	assert_int_equal(known_see(&k, "never-closed/a b", 99), 7);
	known_free(&k);
	known_read(&k, "x\n1\n \n2 \n3 k\n4 without end");
	assert_int_equal(k.items.count, 2);
	known_free(&k);
}

static void note_opened(void *context, const char *key, uint64_t opened_ms)
{
	*(uint64_t *)context = opened_ms;
}

/* Also what ends is told of under the time that a hub has it by. */
static void what_goes_on_for_long_is_told_as_a_hub_keeps_it(void **state)
{
	static const uint64_t day_ms = 24ULL * 3600 * 1000, now_ms = 1800000000000;
	const uint64_t least_ms = (now_ms / day_ms - 89) * day_ms;
	struct known k = { 0 };
	uint64_t ended_ms = 0;

	known_see(&k, "old", 5);
	known_see(&k, "ended", 5);
	known_see(&k, "ahead", now_ms + 7200000); /* a clock that was set back since */
	known_end(&k, note_opened, &ended_ms);
	known_bring_near(&k, now_ms);
	assert_true(k.changed);
	assert_int_equal(known_see(&k, "old", now_ms), least_ms);
	assert_int_equal(known_see(&k, "ahead", now_ms), now_ms);
	known_end(&k, note_opened, &ended_ms);
	assert_int_equal(ended_ms, least_ms);
	k.changed = false;
	known_bring_near(&k, now_ms + 1000);
	assert_false(k.changed);
	known_free(&k);
}

UNIT_MAIN(TEST(a_finding_is_known_until_it_ends), TEST(what_goes_on_for_long_is_told_as_a_hub_keeps_it));
