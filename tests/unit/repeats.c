#include "unit.h"
#include "model/repeats.h"

static struct event failure_at(uint32_t process, uint16_t port)
{
	return (struct event){ .process = process,
		               .opener = PROCESS_NONE,
		               .kind = EVENT_FAILED,
		               .error = 98,
		               .local = { .addr = addr_v4(0), .port = port },
		               .peer = { .addr = addr_v4(0) } };
}

static uint32_t program(struct moment *m, uint32_t pid, const char *comm)
{
	uint32_t index = moment_process(m, pid, pid);

	snprintf(m->processes.items[index].comm, sizeof(m->processes.items[index].comm), "%s", comm);
	return index;
}

static void the_first_is_shown_and_the_others_are_counted(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();
	uint32_t one = program(m, 1, "login"), other = program(m, 2, "login");
	struct event e = failure_at(one, 80), f = failure_at(other, 80), g = failure_at(one, 81);
	struct repeat shown;
	repeats r = { 0 };

	assert_true(repeats_take(&r, m, &e, 0));
	assert_true(repeats_take(&r, m, &g, 0));
	for (int i = 0; i < 36; i++)
		assert_false(repeats_take(&r, m, &e, 10));
	assert_false(repeats_take(&r, m, &f, 20));
	assert_false(repeats_next(&r, 999, false, &shown));
	assert_true(repeats_next(&r, 1000, false, &shown));
	assert_int_equal(shown.count, 37);
	assert_true(shown.several);
	assert_int_equal(shown.last.process, other);
	assert_false(repeats_next(&r, 1000, false, &shown));
	assert_int_equal(r.count, 1); /* of port 81 nothing followed */

	assert_false(repeats_take(&r, m, &e, 1500));
	assert_false(repeats_next(&r, 2999, false, &shown));
	assert_true(repeats_next(&r, 3000, false, &shown));
	assert_int_equal(shown.count, 1);
	assert_false(repeats_next(&r, 7000, false, &shown));
	assert_true(repeats_take(&r, m, &e, 7001)); /* silence has ended it */
	array_free(&r);
}

static void at_the_end_nothing_is_kept_back(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();
	struct event e = failure_at(program(m, 1, "login"), 80);
	struct repeat shown;
	repeats r = { 0 };

	assert_true(repeats_take(&r, m, &e, 0));
	assert_false(repeats_take(&r, m, &e, 1));
	assert_true(repeats_next(&r, 2, true, &shown));
	assert_int_equal(shown.count, 1);
	assert_false(repeats_next(&r, 2, true, &shown));
	array_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_is_shown_and_the_others_are_counted),
		cmocka_unit_test(at_the_end_nothing_is_kept_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
