/* How often unfin top looks and counts, at what looks and counts cost: a minute of it, in which no clock is read. */
#include "unit.h"
#include "base/util.h"
#include "top/rhythm.h"

enum { MINUTE_MS = 60 * 1000, ASKED_MS = 1000 };

struct minute {
	unsigned looks, counts;
	uint64_t spent_us, longest_ms; /* longest: without new states */
};

/* A count that would come when a look is due is none: as unfin top does it. */
static struct minute live_through(uint64_t asked_ms, uint64_t look_us, uint64_t count_us)
{
	struct rhythm r = rhythm_of(asked_ms, look_us * 1000, count_us * 1000);
	struct minute m = { 0 };
	uint64_t look_ms = 0, count_ms = 0, last_ms = 0;

	for (uint64_t now_ms = 0; now_ms < MINUTE_MS; now_ms++) {
		bool looks = now_ms >= look_ms, counts = !looks && r.count_ms && now_ms >= count_ms;
		m.looks += looks;
		m.counts += counts;
		look_ms = looks ? now_ms + r.look_ms : look_ms;
		count_ms = looks || counts ? now_ms + r.count_ms : count_ms;
		m.longest_ms = MAX(m.longest_ms, now_ms - last_ms);
		last_ms = looks || counts ? now_ms : last_ms;
	}
	m.spent_us = m.looks * look_us + m.counts * count_us;
	return m;
}

/* As 100,000 sockets cost where this was measured: 250 ms a look, 20 ms a count. */
static void at_100000_sockets_states_come_every_second_for_less_than_a_tenth(void **state)
{
	struct minute m = live_through(ASKED_MS, 250 * 1000, 20 * 1000);

	assert_in_range(m.longest_ms, 0, 1000);
	assert_in_range(m.looks, 15, 18);
	assert_in_range(m.spent_us, 0, MINUTE_MS * 1000 / 10);
}

static void cheap_looks_come_as_asked_and_nothing_is_counted(void **state)
{
	struct minute m = live_through(ASKED_MS, 90 * 1000, 20 * 1000);

	assert_int_equal(m.looks, 60);
	assert_int_equal(m.counts, 0);
}

static void without_counts_looks_take_all_of_it(void **state)
{
	struct rhythm r = rhythm_of(ASKED_MS, 250 * NS_PER_MS, UINT64_MAX);

	assert_int_equal(r.look_ms, 2777);
	assert_int_equal(r.count_ms, 0);
}

/* A window of ten seconds: that looks are dear beside it is no reason to count more often than every second. */
static void it_counts_every_second_at_the_most_often(void **state)
{
	assert_int_equal(rhythm_of(10 * 1000, 2000 * NS_PER_MS, 20 * NS_PER_MS).count_ms, 1000);
	assert_int_equal(rhythm_of(500, 200 * NS_PER_MS, 10 * NS_PER_MS).count_ms, 500);
}

static void whatever_it_costs_it_is_less_than_a_tenth(void **state)
{
	for (uint64_t look_us = 1000; look_us < 3 * 1000 * 1000; look_us += look_us / 3)
		for (uint64_t count_us = 100; count_us < 2 * look_us; count_us += count_us / 2 + 1) {
			struct rhythm r = rhythm_of(ASKED_MS, look_us * 1000, count_us * 1000);
			assert_true(look_us * 1000 / r.look_ms + (r.count_ms ? count_us * 1000 / r.count_ms : 0) <=
			            91000);
			assert_true(r.look_ms >= ASKED_MS);
			assert_true(!r.count_ms || r.look_ms >= 2 * r.count_ms); /* else a look is as good */
		}
}

UNIT_MAIN(TEST(at_100000_sockets_states_come_every_second_for_less_than_a_tenth),
          TEST(cheap_looks_come_as_asked_and_nothing_is_counted), TEST(without_counts_looks_take_all_of_it),
          TEST(it_counts_every_second_at_the_most_often), TEST(whatever_it_costs_it_is_less_than_a_tenth));
