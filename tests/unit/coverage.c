#include "unit.h"
#include "model/coverage.h"

/* `seen` established sockets in a namespace in scope. */
static struct moment *seeing(unsigned seen)
{
	struct moment *m = moment_new();

	moment_netns(m, 77);
	m->netns.items[0].in_scope = true;
	for (unsigned i = 0; i < seen; i++)
		array_push(&m->sockets)->state = STATE_ESTABLISHED;
	return m;
}

static bool fits(unsigned seen, struct kernel_count k)
{
	cleanup(moment_cleanup) struct moment *m = seeing(seen);

	return coverage_judge(m, &k);
}

static void at_rest_all_must_be_there(void **state)
{
	struct kernel_count k = { .before = 10, .after = 10 };

	assert_true(fits(10, k));
	assert_false(fits(9, k));
	assert_false(fits(11, k));
}

static void what_opened_meanwhile_may_be_missing(void **state)
{
	struct kernel_count k = { .before = 10, .after = 13, .opened = 3 };

	assert_true(fits(10, k));
	assert_true(fits(13, k));
	assert_false(fits(9, k));
	assert_false(fits(14, k));
}

/* socket() and listen() are in no counter of openings, but what grew was opened. */
static void what_grew_was_opened(void **state)
{
	struct kernel_count k = { .before = 10, .after = 12 };

	assert_true(fits(10, k));
	assert_true(fits(12, k));
	assert_false(fits(9, k));
	assert_false(fits(13, k));
}

static void what_closed_meanwhile_may_be_there(void **state)
{
	struct kernel_count k = { .before = 10, .after = 6, .opened = 1 };

	assert_true(fits(11, k));
	assert_true(fits(5, k));
	assert_false(fits(12, k));
	assert_false(fits(4, k));
}

static void not_every_socket_is_counted(void **state)
{
	cleanup(moment_cleanup) struct moment *m = seeing(4);

	m->sockets.items[0].unowned = UNOWNED_REQUEST;
	m->sockets.items[1].state = STATE_CLOSE;
	moment_netns(m, 78);
	m->sockets.items[2].netns = 1;
	coverage_judge(m, &(struct kernel_count){ 1, 1, 0 });
	assert_int_equal(m->coverage.sockets_seen, 1);
	m->scope_all = true;
	coverage_judge(m, &(struct kernel_count){ 1, 1, 0 });
	assert_int_equal(m->coverage.sockets_seen, 2);
}

/* Two connections of Multipath TCP, one with three subflows: the kernel counts these four. */
static void a_multipath_connection_is_one(void **state)
{
	cleanup(moment_cleanup) struct moment *m = seeing(6);
	uint64_t states[STATE_COUNT];

	for (unsigned i = 0; i < 6; i++)
		m->sockets.items[i].flags = i < 2 ? SOCKET_MPTCP : SOCKET_SUBFLOW;
	assert_true(coverage_judge(m, &(struct kernel_count){ 4, 4, 0 }));
	assert_int_equal(m->coverage.sockets_seen, 2);
	assert_int_equal(m->coverage.sockets_kernel, 2);
	moment_count_states(m, states);
	assert_int_equal(states[STATE_ESTABLISHED], 2);
	assert_false(coverage_judge(m, &(struct kernel_count){ 5, 5, 0 }));
}

static void a_miss_is_a_gap(void **state)
{
	cleanup(moment_cleanup) struct moment *m = seeing(3);

	assert_true(moment_is_complete(m));
	coverage_judge(m, &(struct kernel_count){ 5, 5, 0 });
	coverage_miss(m, "mend");
	assert_false(moment_is_complete(m));
	assert_string_equal(m->coverage.gaps.items[0].what, "2 sockets");
}

static void a_missing_name_is_told_and_no_more(void **state)
{
	cleanup(moment_cleanup) struct moment *m = seeing(3);

	moment_gap_names(m, "names", "why");
	assert_true(moment_is_complete(m));
	moment_gap(m, "numbers", "why", NULL); /* however late */
	assert_false(moment_is_complete(m));
}

UNIT_MAIN(TEST(at_rest_all_must_be_there), TEST(what_opened_meanwhile_may_be_missing), TEST(what_grew_was_opened),
          TEST(what_closed_meanwhile_may_be_there), TEST(not_every_socket_is_counted),
          TEST(a_multipath_connection_is_one), TEST(a_miss_is_a_gap), TEST(a_missing_name_is_told_and_no_more));
