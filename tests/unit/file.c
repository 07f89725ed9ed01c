#include "unit.h"
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

/* A file of the test's own, gone with the group. */
static int make_file(void **state)
{
	char *path = strdup("/tmp/unfin-unit-XXXXXX");
	int fd = mkstemp(path);

	close(fd);
	*state = path;
	return fd < 0 ? -1 : 0;
}

static int drop_file(void **state)
{
	unlink(*state);
	free(*state);
	return 0;
}

static void fill(const char *path, const char *bytes, size_t length)
{
	cleanup(cleanup_close) int fd = open(path, O_WRONLY | O_TRUNC);

	assert_int_equal(write(fd, bytes, length), length);
}

static void is_read_whole(void **state)
{
	TEXT_CLEANUP t = { 0 }, large = { 0 };
	const char *path = *state;

	text_pad(&large, 'x', 10000);
	fill(path, large.bytes, large.length);
	assert_int_equal(file_read(path, 1 << 20, &t), 0);
	assert_int_equal(t.length, 10000);
	fill(path, "", 0);
	t.length = 0;
	assert_int_equal(file_read(path, 10, &t), 0);
	assert_string_equal(t.bytes, "");
}

static void more_than_wanted_is_said(void **state)
{
	TEXT_CLEANUP t = { 0 };
	const char *path = *state;

	fill(path, "12345", 5);
	assert_int_equal(file_read(path, 5, &t), 0);
	t.length = 0;
	assert_int_equal(file_read(path, 4, &t), -EFBIG);
	assert_string_equal(t.bytes, "1234");
}

static void is_read_below_a_folder(void **state)
{
	TEXT_CLEANUP t = { 0 };
	cleanup(cleanup_close) int proc = open("/proc/self", O_PATH | O_DIRECTORY);

	assert_int_equal(file_read_at(proc, "comm", 64, &t), 0);
	assert_string_equal(t.bytes, "unit-file\n");
	assert_int_equal(file_read_at(proc, "no-such-file", 64, &t), -ENOENT);
	assert_int_equal(file_read("/", 64, &t), -EISDIR);
}

static void one_number(void **state)
{
	static const char *const wrong[] = { "", "\n", "-1\n", "x\n", "1 2\n", "1\n2\n", "0x10\n", "1\t2\n" };
	const char *path = *state;
	uint64_t n = 7;

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		fill(path, wrong[i], strlen(wrong[i]));
		if (file_read_u64(path, &n) != -EINVAL)
			fail_msg("number %zu is taken for one number", i);
	}
	fill(path, "1\0\n", 3);
	assert_int_equal(file_read_u64(path, &n), -EINVAL);
	assert_int_equal(n, 7);
	fill(path, "60999\n", 6);
	assert_int_equal(file_read_u64(path, &n), 0);
	assert_int_equal(n, 60999);
	assert_int_equal(file_read_u64("/nowhere", &n), -ENOENT);
}

static void is_replaced_whole(void **state)
{
	TEXT_CLEANUP t = { 0 };
	const char *path = *state;
	struct stat before, after;

	assert_int_equal(stat(path, &before), 0);
	assert_int_equal(file_replace(path, "new\n", 4, 0640), 0);
	assert_int_equal(stat(path, &after), 0);
	assert_int_not_equal(before.st_ino, after.st_ino);
	assert_int_equal(after.st_mode & 07777, 0640);
	assert_int_equal(file_read(path, 100, &t), 0);
	assert_string_equal(t.bytes, "new\n");
	assert_int_equal(file_replace("/nowhere/x", "", 0, 0644), -ENOENT);
	assert_int_equal(file_replace("/tmp", "x", 1, 0644), -EISDIR);
}

#define WITH_FILE(test) cmocka_unit_test_setup_teardown(test, make_file, drop_file)
static void a_path_is_folded_by_its_words(void **state)
{
	static const char *const paths[][2] = {
		{ "a/b.c", "a/b.c" },
		{ "a/../b.c", "b.c" },
		{ "a/b/../../c/d", "c/d" },
		{ "./a//b/./c", "a/b/c" },
		{ "a/..b/c", "a/..b/c" },
		{ "tests/x/../y", "tests/y" },
		{ "a/..", "" },
		{ "../a", "../a" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		char path[32];
		snprintf(path, sizeof(path), "%s", paths[i][0]);
		file_fold(path);
		assert_string_equal(path, paths[i][1]);
	}
}

UNIT_MAIN(TEST(a_path_is_folded_by_its_words), WITH_FILE(is_read_whole), WITH_FILE(is_replaced_whole),
          WITH_FILE(more_than_wanted_is_said), TEST(is_read_below_a_folder), WITH_FILE(one_number));
