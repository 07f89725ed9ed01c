/* Which numbers are written down as they move. */
#include "unit.h"
#include "agent/figures.h"

static struct moment *with_sockets(size_t count)
{
	struct moment *m = moment_new();

	moment_netns(m, 4026531840);
	for (size_t i = 0; i < count; i++)
		*array_push(&m->sockets) = (struct socket){
			.cookie = i + 1,
			.state = STATE_CLOSE_WAIT,
			.role = ROLE_CLIENT,
			.peer = { .port = 80 },
			.first_holder = HOLDER_NONE,
			.recv_q = 1,
		};
	return m;
}

static void look(struct figures *fs, size_t sockets, uint64_t at_ms)
{
	cleanup(moment_cleanup) struct moment *m = with_sockets(sockets);

	figures_take(fs, m, &(struct limits){ .moment = m }, at_ms);
}

static void a_point_stands_where_it_moved_by_a_twentieth(void **state)
{
	struct figures fs = { 0 };

	look(&fs, 100, 1000);
	assert_int_equal(fs.items.count, 1);
	assert_true(fs.items.items[0].changed);
	assert_int_equal(fs.items.items[0].now.value, 100);
	assert_int_equal(fs.items.items[0].now.unread, 100);
	figures_settle(&fs);
	look(&fs, 105, 2000);
	assert_false(fs.items.items[0].changed);
	look(&fs, 106, 3000);
	assert_true(fs.items.items[0].changed);
	assert_int_equal(fs.items.items[0].now.at_ms, 3000);
	figures_free(&fs);
}

static void what_is_gone_comes_to_nothing_and_is_let_go(void **state)
{
	struct figures fs = { 0 };

	look(&fs, 3, 1000);
	figures_settle(&fs);
	look(&fs, 0, 2000);
	assert_true(fs.items.items[0].changed);
	assert_int_equal(fs.items.items[0].now.value, 0);
	look(&fs, 0, 3000); /* it could not be written: it still is to be */
	assert_true(fs.items.items[0].changed);
	figures_settle(&fs);
	assert_int_equal(fs.items.count, 0);
	look(&fs, 3, 4000);
	assert_int_equal(fs.items.count, 1);
	figures_free(&fs);
}

static void traffic(struct figures *fs, uint64_t opened, uint64_t at_ms)
{
	cleanup(moment_cleanup) struct moment *m = with_sockets(0);

	*array_push(&m->traffic) = (struct traffic){ .process = HOLDER_NONE, .as_client = true, .opened = opened };
	figures_take(fs, m, &(struct limits){ .moment = m }, at_ms);
}

static void what_happens_is_summed_up_for_a_minute(void **state)
{
	struct figures fs = { .counted_ms = 1000 };

	traffic(&fs, 5, 2000);
	assert_false(fs.items.items[0].changed);
	figures_settle(&fs);
	traffic(&fs, 7, 1000 + COUNT_EVERY_MS);
	assert_true(fs.items.items[0].changed);
	assert_int_equal(fs.items.items[0].now.value, 12);
	traffic(&fs, 1, 1000 + 2 * COUNT_EVERY_MS); /* not written yet: nothing is lost */
	assert_int_equal(fs.items.items[0].now.value, 12);
	figures_settle(&fs);
	traffic(&fs, 1, 1000 + 3 * COUNT_EVERY_MS);
	assert_int_equal(fs.items.items[0].now.value, 2);
	figures_free(&fs);
}

static void a_host_with_too_many_has_a_bound(void **state)
{
	cleanup(moment_cleanup) struct moment *m = with_sockets(3000);
	struct figures fs = { 0 };

	array_each (&m->sockets, s)
		s->peer.port = (uint16_t)(1 + (s - m->sockets.items));
	figures_take(&fs, m, &(struct limits){ .moment = m }, 1000);
	assert_int_equal(fs.items.count, FIGURES_MOST);
	figures_free(&fs);
}

UNIT_MAIN(TEST(a_point_stands_where_it_moved_by_a_twentieth), TEST(what_is_gone_comes_to_nothing_and_is_let_go),
          TEST(what_happens_is_summed_up_for_a_minute), TEST(a_host_with_too_many_has_a_bound));
