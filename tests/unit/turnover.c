/* Sums of programs and their ends: added up, and folded where they are too many. */
#include "unit.h"
#include "model/turnover.h"

static void add(turnover_list *to, uint32_t process, uint64_t opened)
{
	struct turnover one = { .process = process, .opened = opened, .end = { .addr = addr_v4(0), .port = 80 } };

	turnover_add(to, &(const turnover_list){ .items = &one, .count = 1 });
}

static uint64_t opened_by(const turnover_list *rows, uint32_t process)
{
	uint64_t opened = 0;

	array_each (rows, row)
		opened += row->process == process ? row->opened : 0;
	return opened;
}

static void rows_of_one_program_and_end_become_one(void **state)
{
	turnover_list rows = { 0 }, since = { 0 }, before = { 0 };

	add(&before, 2, 3);
	add(&rows, 2, 4);
	add(&rows, 1, 1);
	add(&rows, 2, 5);
	assert_int_equal(rows.count, 2);
	assert_int_equal(opened_by(&rows, 2), 9);
	turnover_difference(&rows, &before, &since);
	assert_int_equal(opened_by(&since, 1), 1);
	assert_int_equal(opened_by(&since, 2), 6);
	array_free(&rows);
	array_free(&since);
	array_free(&before);
}

static void of_too_many_the_least_telling_are_others(void **state)
{
	turnover_list rows = { 0 };

	for (uint32_t i = 0; i < 10; i++)
		add(&rows, i, i + 1);
	turnover_fold(&rows, 10);
	assert_int_equal(rows.count, 10);
	for (int i = 0; i < 2; i++) { /* once more: "others" is a row like others, and the largest */
		turnover_fold(&rows, 4 + (size_t)i);
		assert_int_equal(rows.count, 5);
		assert_int_equal(opened_by(&rows, PROCESS_NONE), 1 + 2 + 3 + 4 + 5 + 6);
		assert_int_equal(opened_by(&rows, 9), 10);
	}
	add(&rows, 11, 1);
	turnover_fold(&rows, 5);
	assert_int_equal(rows.count, 5);
	assert_int_equal(opened_by(&rows, PROCESS_NONE), 22);
	array_free(&rows);
}

UNIT_MAIN(TEST(rows_of_one_program_and_end_become_one), TEST(of_too_many_the_least_telling_are_others))
