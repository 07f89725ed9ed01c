/* How much is kept, and what goes first. */
#include "history_scene.h"

static void the_oldest_days_go_first(void **state)
{
	cleanup(scene_free) struct scene s = scene_new();
	day_list days = { 0 };
	struct gap why;

	for (uint64_t day = 0; day < 5; day++)
		assert_int_equal(write_cycle(&s, AT_MS + day * DAY_MS, NULL, NULL, &why), 0);
	assert_int_equal(folder_trim(s.folder, folder_day(AT_MS + 4 * DAY_MS, s.arena), 4, UINT64_MAX), 0);
	assert_int_equal(folder_list(s.folder, s.arena, &days), 0);
	assert_int_equal(days.count, 4);
	array_free(&days);
	assert_int_equal(folder_trim(s.folder, folder_day(AT_MS + 4 * DAY_MS, s.arena), 30, 1), 0);
	assert_int_equal(folder_list(s.folder, s.arena, &days), 0);
	assert_int_equal(days.count, 1); /* today's stays, whatever its size */
	assert_string_equal(days.items[0].name, folder_day(AT_MS + 4 * DAY_MS, s.arena));
	array_free(&days);
}

/* Two weeks are kept; for an hour all is of a day to come. */
static void a_clock_that_is_forward_for_a_while_takes_nothing(void **state)
{
	enum { FORWARD_MS = 20 * DAY_MS };
	cleanup(scene_free) struct scene s = scene_new();
	struct life *l = leak(AT_MS, 5), *gone = leak(AT_MS, 5);
	struct gap why;
	day_list days = { 0 };

	gone->key = "another";
	for (uint64_t day = 14; day > 0; day--)
		assert_int_equal(write_cycle(&s, AT_MS - day * DAY_MS, NULL, NULL, &why), 0);
	assert_int_equal(write_cycle(&s, AT_MS, gone, NULL, &why), 0);
	assert_int_equal(write_cycle(&s, AT_MS + 10000, l, NULL, &why), 0);
	for (uint64_t i = 0; i < 10; i++) {
		s.m->taken_boot_ns += 300 * NS_PER_S;
		l->first_ms = AT_MS + FORWARD_MS + 7;
		l->changed = true;
		assert_int_equal(write_cycle(&s, AT_MS + FORWARD_MS + 20000 + i, l, NULL, &why), 0);
	}
	l->first_ms = AT_MS + 7; /* clocks drift meanwhile */
	l->count = 6;
	l->changed = true;
	assert_int_equal(write_cycle(&s, AT_MS + 30000, l, "to see", &why), 0);
	assert_int_equal(folder_list(s.folder, s.arena, &days), 0);
	assert_int_equal(days.count, 16);
	array_free(&days);
	const struct history_request now = { .to_ms = AT_MS + 60000 };
	cleanup(chronicle_cleanup) struct chronicle *c = NULL;
	assert_int_equal(history_read(s.folder, &now, &c, s.arena, &why), 0);
	assert_int_equal(c->lives.count, 2);
	assert_int_equal(c->lives.items[0].count, 6);
	assert_int_equal(c->lives.items[0].ended_ms, 0);
	assert_string_equal(c->lives.items[1].key, "another");
	assert_int_equal(c->lives.items[1].ended_ms,
	                 AT_MS + 10000); /* while the clock was forward, as far as is known */
	life_free(l);
	life_free(gone);
}

static void moments_go_before_their_day(void **state)
{
	cleanup(scene_free) struct scene s = scene_new();
	struct store_limits limits = { 0 };
	struct life *l = leak(AT_MS, 5);
	time_list times = { 0 };
	day_list days = { 0 };
	struct gap why;

	add_many_sockets(&s, 2000);
	for (uint64_t i = 0; i < 40; i++)
		assert_int_equal(write_cycle(&s, AT_MS + i * 600000, l, i % 8 ? "every 10 minutes" : "to see", &why),
		                 0);
	store_free(take_ptr(s.store));
	limits.bytes = folder_bytes(arena_printf(s.arena, "%s/%s", s.folder, folder_day(AT_MS, s.arena))) * 2 / 3;
	s.store = store_new(s.folder, &limits);
	assert_int_equal(write_cycle(&s, AT_MS + DAY_MS, NULL, NULL, &why), 0);
	assert_true(store_bytes(s.store) <= limits.bytes);
	assert_int_equal(folder_list(s.folder, s.arena, &days), 0);
	assert_int_equal(days.count, 2);
	assert_int_equal(history_times(s.folder, AT_MS + DAY_MS, &times, s.arena, &why), 0);
	assert_in_range(times.count, 10, 23);
	assert_int_equal(times.items[0], AT_MS); /* what had a reason of its own is there still */
	cleanup(chronicle_cleanup) struct chronicle *c = read_all(&s);
	assert_int_equal(c->lives.count, 1);
	array_free(&times);
	array_free(&days);
	life_free(l);
}

UNIT_MAIN(TEST(the_oldest_days_go_first), TEST(a_clock_that_is_forward_for_a_while_takes_nothing),
          TEST(moments_go_before_their_day));
