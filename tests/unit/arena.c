#include "unit.h"
#include "base/arena.h"

static void memory_is_zeroed_and_aligned(void **state)
{
	cleanup(arena_cleanup) struct arena *a = arena_new();

	for (size_t bytes = 0; bytes < 300; bytes += 7) {
		unsigned char *p = arena_alloc(a, bytes);
		assert_int_equal((uintptr_t)p % 16, 0);
		for (size_t i = 0; i < bytes; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, bytes);
	}
}

static void pieces_do_not_overlap(void **state)
{
	enum { PIECES = 5000 };
	cleanup(arena_cleanup) struct arena *a = arena_new();
	uint32_t *pieces[PIECES];

	for (uint32_t i = 0; i < PIECES; i++) {
		pieces[i] = arena_alloc(a, (i % 50 + 1) * sizeof(uint32_t));
		for (uint32_t j = 0; j < i % 50 + 1; j++)
			pieces[i][j] = i;
	}
	for (uint32_t i = 0; i < PIECES; i++)
		for (uint32_t j = 0; j < i % 50 + 1; j++)
			assert_int_equal(pieces[i][j], i);
}

static void large_pieces_fit(void **state)
{
	cleanup(arena_cleanup) struct arena *a = arena_new();
	char *small = arena_strdup(a, "before");
	char *large = arena_alloc(a, 1 << 20);

	memset(large, 'x', 1 << 20);
	assert_string_equal(small, "before");
	assert_string_equal(arena_strdup(a, "after"), "after");
}

static void text_is_copied(void **state)
{
	cleanup(arena_cleanup) struct arena *a = arena_new();

	assert_string_equal(arena_strdup(a, ""), "");
	assert_string_equal(arena_strndup(a, "close-wait", 5), "close");
	assert_string_equal(arena_strndup(a, "ab\0cd", 5), "ab");
	assert_string_equal(arena_strndup(a, "ab", 100), "ab");
	assert_string_equal(arena_printf(a, "%s:%d", "::1", 80), "::1:80");
	assert_string_equal(arena_printf(a, "%s", ""), "");
	assert_int_equal(strlen(arena_printf(a, "%040000d", 1)), 40000);
}

static void what_is_cleared_is_zeroed(void **state)
{
	cleanup(arena_cleanup) struct arena *a = arena_new();

	arena_clear(a);
	for (size_t bytes = 1; bytes < 100000; bytes = bytes * 3 + 7) {
		for (int i = 0; i < 3; i++) {
			unsigned char *p = arena_alloc(a, bytes);
			for (size_t at = 0; at < bytes; at++)
				assert_int_equal(p[at], 0);
			memset(p, 0xff, bytes);
		}
		arena_clear(a);
	}
	assert_string_equal(arena_strdup(a, "after"), "after");
}

static void null_is_freed(void **state)
{
	arena_free(NULL);
}

UNIT_MAIN(TEST(memory_is_zeroed_and_aligned), TEST(pieces_do_not_overlap), TEST(large_pieces_fit), TEST(text_is_copied),
          TEST(what_is_cleared_is_zeroed), TEST(null_is_freed));
