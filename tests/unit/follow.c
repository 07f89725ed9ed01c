#include "unit.h"
#include "model/follow.h"
#include "model/window.h"

static const struct socket sockets[] = {
	{ .cookie = 1, .state = STATE_ESTABLISHED, .first_holder = HOLDER_NONE, .flags = SOCKET_HAS_FILE, .netns = 1 },
	{ .cookie = 2, .state = STATE_CLOSE_WAIT, .first_holder = HOLDER_NONE, .flags = SOCKET_HAS_FILE, .netns = 1 },
};

/* One process holds both sockets, in the second namespace; another one failed at a call, and holds none. */
static struct moment *looked(void)
{
	struct moment *m = moment_new();
	struct look k;

	m->taken_boot_ns = 100 * NS_PER_S;
	m->taken_unix_ms = 1000000;
	m->host = arena_strdup(m->arena, "here");
	moment_netns(m, 11);
	moment_netns(m, 22);
	uint32_t ended = moment_process(m, 7, NS_PER_S), holder = moment_process(m, 42, 2 * NS_PER_S);
	m->processes.items[holder].cmdline = arena_strdup(m->arena, "fetch --all");
	m->processes.items[holder].netns = 1;
	m->processes.items[holder].detailed = true;
	*array_push(&m->failures) = (struct failure){ .process = ended };
	look_begin(&k, m, false);
	for (size_t i = 0; i < ARRAY_SIZE(sockets); i++)
		moment_hold(m, look_put(&k, &sockets[i]), holder, (uint32_t)i);
	look_end(&k);
	moment_gap(m, "this", "that", NULL);
	return m;
}

static void what_is_there_stays_under_new_numbers(void **state)
{
	cleanup(moment_cleanup) struct moment *m = looked();

	moment_follow(m, 0);
	assert_int_equal(m->sockets.count, 2);
	assert_int_equal(m->netns.count, 1);
	assert_int_equal(m->netns.items[m->sockets.items[0].netns].inode, 22);
	assert_int_equal(m->processes.count, 1);
	const struct process *p = moment_owner(m, &m->sockets.items[1]);
	assert_int_equal(p->pid, 42);
	assert_int_equal(p->netns, 0);
	assert_string_equal(p->cmdline, "fetch --all");
	assert_string_equal(m->host, "here");
	assert_int_equal(moment_process(m, 42, 2 * NS_PER_S), 0); /* it is found again */
}

static void what_happened_is_over(void **state)
{
	cleanup(moment_cleanup) struct moment *m = looked();

	moment_follow(m, 0);
	assert_int_equal(m->failures.count, 0);
	assert_int_equal(m->coverage.gaps.count, 0);
}

static void the_next_look_is_a_second_one(void **state)
{
	cleanup(moment_cleanup) struct moment *m = looked();
	struct socket again = sockets[0], new = { .cookie = 3, .state = STATE_SYN_SENT, .first_holder = HOLDER_NONE };
	struct look k;

	again.netns = 0;
	moment_follow(m, 0);
	look_begin(&k, m, true);
	look_put(&k, &new);
	look_put(&k, &again);
	look_end(&k);
	assert_int_equal(m->gone.count, 1);
	assert_int_equal(m->gone.items[0].cookie, 2);
	assert_int_equal(m->processes.items[m->gone.items[0].process].pid, 42);
}

static void a_young_process_is_read_anew(void **state)
{
	cleanup(moment_cleanup) struct moment *m = looked();

	moment_follow(m, 98 * MS_PER_S);
	assert_true(m->processes.items[0].detailed);
	moment_follow(m, 99 * MS_PER_S);
	assert_false(m->processes.items[0].detailed);
}

static void a_clock_that_was_set_moves_the_starts(void **state)
{
	cleanup(moment_cleanup) struct moment *m = looked();

	m->taken_unix_ms -= 3600 * MS_PER_S > m->taken_unix_ms ? 500000 : 0;
	moment_follow(m, 0);
	assert_int_equal(m->processes.items[0].start_unix_ms, 500000 - 98 * MS_PER_S);
}

UNIT_MAIN(TEST(what_is_there_stays_under_new_numbers), TEST(what_happened_is_over), TEST(the_next_look_is_a_second_one),
          TEST(a_young_process_is_read_anew), TEST(a_clock_that_was_set_moves_the_starts));
