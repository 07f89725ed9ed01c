#include "unit.h"
#include "source/proc.h"
#include "source/name/users.h"
#include <errno.h>

static void stat_of_any_name(void **state)
{
	static const char hostile[] = "42 (a) R 1 (b) c) S 7 42 42 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 8150 9 10\n";
	struct proc_stat s;

	assert_int_equal(proc_stat_parse(hostile, &s), 0);
	assert_int_equal(s.state, 'S');
	assert_int_equal(s.ppid, 7);
	assert_string_equal(s.comm, "a) R 1 (b) c");
	assert_int_equal(s.start_boot_ns, 81500 * NS_PER_MS);
	assert_int_equal(proc_stat_parse("", &s), -EINVAL);
	assert_int_equal(proc_stat_parse("42 (a) S 7 1 2", &s), -EINVAL);
	assert_int_equal(proc_stat_parse("42 (a", &s), -EINVAL);
}

static void limits(void **state)
{
	static const char text[] = "Limit  Soft Limit Hard Limit Units\nMax open files   1024   524288   files\n"
	                           "Max processes   unlimited  unlimited  processes\n";
	uint64_t n;

	assert_int_equal(proc_limit_parse(text, "Max open files", &n), 0);
	assert_int_equal(n, 1024);
	assert_int_equal(proc_limit_parse(text, "Max processes", &n), 0);
	assert_true(n == UINT64_MAX);
	assert_int_equal(proc_limit_parse(text, "Max nothing", &n), -ENOENT);
	assert_int_equal(proc_limit_parse("Max open files", "Max open files", &n), -ENOENT);
}

static void a_process_is_never_another(void **state)
{
	struct proc_stat self, s;
	uint32_t fds;
	int dir = -1, other = -1;

	assert_int_equal(proc_open((uint32_t)getpid(), 0, &other, &s), -ESRCH);
	cleanup(cleanup_close) int proc = -1;
	FILE *f = fopen("/proc/self/stat", "r");
	char text[1024] = { 0 };
	assert_true(fread(text, 1, sizeof(text) - 1, f) > 0);
	fclose(f);
	assert_int_equal(proc_stat_parse(text, &self), 0);
	assert_int_equal(proc_open((uint32_t)getpid(), self.start_boot_ns, &dir, &s), 0);
	proc = dir;
	assert_int_equal(proc_count_fds(proc, &fds), 0);
	assert_true(fds >= 4);
}

static void user_names(void **state)
{
	static const char passwd[] = "root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/sh\n"
	                             ":x:1:1::/:/\nshort:x:5\nbad:x:no:1::/:/\nlast:x:7:7::/last";
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct users u = { 0 };

	users_parse(&u, passwd, arena);
	assert_int_equal(u.names.count, 3);
	assert_string_equal(users_name(&u, 0, arena), "root");
	assert_string_equal(users_name(&u, 1000, arena), "ann");
	assert_string_equal(users_home(&u, 7), "/last");
	assert_string_equal(users_name(&u, 5, arena), "5");
	assert_null(users_home(&u, 5));
	users_free(&u);
}

UNIT_MAIN(TEST(stat_of_any_name), TEST(limits), TEST(a_process_is_never_another), TEST(user_names));
