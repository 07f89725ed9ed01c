/* What every unit test begins with: cmocka with what it wants included first, and one line for main().
 *
 *	static void count_is_shown(void **state) { … }
 *	UNIT_MAIN(TEST(count_is_shown));
 */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define UNIT_MAIN(...)                                                                                                 \
	int main(void)                                                                                                 \
	{                                                                                                              \
		const struct CMUnitTest tests[] = { __VA_ARGS__ };                                                     \
		return cmocka_run_group_tests(tests, NULL, NULL);                                                      \
	}

#define TEST(name) cmocka_unit_test(name)
