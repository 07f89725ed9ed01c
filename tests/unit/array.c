#include "unit.h"
#include "base/array.h"

struct point {
	int x, y;
};

static void grows_and_keeps(void **state)
{
	ARRAY(uint32_t) numbers = { 0 };
	uint32_t expected = 0;

	for (uint32_t i = 0; i < 10000; i++)
		*array_push(&numbers) = i;
	assert_int_equal(numbers.count, 10000);
	array_each (&numbers, number)
		assert_int_equal(*number, expected++);
	assert_int_equal(expected, 10000);
	array_free(&numbers);
	assert_null(numbers.items);
	assert_int_equal(numbers.count, 0);
}

static void pushed_items_are_zeroed(void **state)
{
	ARRAY(struct point) points = { 0 };

	for (int i = 0; i < 100; i++) {
		struct point *p = array_push(&points);
		assert_int_equal(p->x | p->y, 0);
		*p = (struct point){ -1, -1 };
		points.count -= i % 2;
	}
	array_free(&points);
}

static void an_empty_array_has_no_items(void **state)
{
	ARRAY(struct point) points = { 0 };

	array_each (&points, p)
		fail();
	array_free(&points);
}

static int compare(const void *a, const void *b)
{
	return CMP(*(const int *)a, *(const int *)b);
}

static void is_sorted(void **state)
{
	ARRAY(int) numbers = { 0 };

	for (int i = 0; i < 50; i++)
		*array_push(&numbers) = i * 37 % 50;
	array_sort(&numbers, compare);
	for (int i = 0; i < 50; i++)
		assert_int_equal(numbers.items[i], i);
	array_free(&numbers);
}

UNIT_MAIN(TEST(grows_and_keeps), TEST(pushed_items_are_zeroed), TEST(an_empty_array_has_no_items), TEST(is_sorted));
