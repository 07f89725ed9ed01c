/* What another user may put where a file is looked for, and what then is opened: nothing. */
#include "unit.h"
#include "base/foreign.h"
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

struct tree {
	char path[40];
	int place;
};

static int make_tree(void **state)
{
	struct tree *t = calloc(1, sizeof(*t));

	snprintf(t->path, sizeof(t->path), "/tmp/unfin-unit-XXXXXX");
	if (!mkdtemp(t->path))
		return -1;
	t->place = open(t->path, O_PATH | O_DIRECTORY);
	*state = t;
	return t->place < 0 ? -1 : 0;
}

static int drop(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	return remove(path);
}

static int drop_tree(void **state)
{
	struct tree *t = *state;

	close(t->place);
	nftw(t->path, drop, 8, FTW_DEPTH | FTW_PHYS);
	free(t);
	return 0;
}

static void put(const struct tree *t, const char *name, const char *bytes)
{
	cleanup(cleanup_close) int fd = openat(t->place, name, O_CREAT | O_WRONLY, 0600);

	assert_int_equal(write(fd, bytes, strlen(bytes)), strlen(bytes));
}

static int read_it(const struct tree *t, const char *path)
{
	TEXT_CLEANUP out = { 0 };

	return foreign_read(t->place, path, 0, 64, &out);
}

static void a_plain_file_is_read(void **state)
{
	const struct tree *t = *state;
	TEXT_CLEANUP out = { 0 };

	assert_int_equal(mkdirat(t->place, "a", 0700), 0);
	put(t, "a/name", "web");
	assert_int_equal(foreign_read(t->place, "a/name", 0, 64, &out), 0);
	assert_string_equal(out.bytes, "web");
	assert_int_equal(read_it(t, "a/none"), -ENOENT);
}

static void links_are_not_followed(void **state)
{
	const struct tree *t = *state;

	put(t, "secret", "root's");
	assert_int_equal(symlinkat("secret", t->place, "link"), 0);
	assert_int_equal(symlinkat("/dev/null", t->place, "device"), 0);
	assert_int_equal(symlinkat(".", t->place, "here"), 0);
	assert_int_equal(symlinkat("loop", t->place, "loop"), 0);
	assert_int_equal(symlinkat("/proc/self/root", t->place, "magic"), 0);
	assert_int_equal(read_it(t, "link"), -ELOOP);
	assert_int_equal(read_it(t, "device"), -ELOOP);
	assert_int_equal(read_it(t, "here/secret"), -ELOOP);
	assert_int_equal(read_it(t, "loop"), -ELOOP);
	assert_int_equal(read_it(t, "magic/etc/passwd"), -ELOOP);
	assert_null(foreign_open_dir(t->place, "here"));
}

static void nothing_above_or_beside_is_reached(void **state)
{
	const struct tree *t = *state;
	TEXT_CLEANUP out = { 0 };
	cleanup(cleanup_close) int root = open("/", O_PATH | O_DIRECTORY);

	assert_int_equal(read_it(t, "../../etc/passwd"), -EXDEV);
	assert_int_equal(read_it(t, "/etc/passwd"), -EXDEV);
	assert_int_equal(foreign_read(root, "proc/version", 0, 4096, &out), -EXDEV);
}

static void only_plain_files_are_opened(void **state)
{
	const struct tree *t = *state;

	assert_int_equal(mkfifoat(t->place, "fifo", 0600), 0);
	assert_int_equal(mkdirat(t->place, "folder", 0700), 0);
	assert_int_equal(read_it(t, "fifo"), -EPERM);
	assert_int_equal(read_it(t, "folder"), -EPERM);
	if (geteuid())
		skip();
	assert_int_equal(mknodat(t->place, "null", S_IFCHR | 0600, makedev(1, 3)), 0);
	assert_int_equal(read_it(t, "null"), -EPERM);
}

static void the_owner_is_one_who_may_tell(void **state)
{
	const struct tree *t = *state;
	TEXT_CLEANUP out = { 0 };

	if (geteuid())
		skip();
	put(t, "theirs", "x");
	assert_int_equal(fchownat(t->place, "theirs", 1234, 1234, 0), 0);
	assert_int_equal(read_it(t, "theirs"), -EPERM);
	assert_int_equal(foreign_read(t->place, "theirs", 1235, 64, &out), -EPERM);
	assert_int_equal(foreign_read(t->place, "theirs", 1234, 64, &out), 0);
	assert_int_equal(foreign_read(t->place, "theirs", FOREIGN_ANYONE, 64, &out), 0);
}

static void a_large_file_is_not_begun(void **state)
{
	const struct tree *t = *state;
	TEXT_CLEANUP out = { 0 };

	put(t, "large", "123456");
	assert_int_equal(foreign_read(t->place, "large", 0, 5, &out), -EFBIG);
	assert_int_equal(out.length, 0);
}

/* /var/lib/docker on another disk: that link is the administrator's. */
static void a_place_may_be_elsewhere(void **state)
{
	const struct tree *t = *state;
	cleanup(cleanup_close) int place = -1;
	TEXT_CLEANUP out = { 0 };

	assert_int_equal(mkdirat(t->place, "data", 0700), 0);
	put(t, "data/name", "web");
	assert_int_equal(symlinkat("/data", t->place, "lib"), 0); /* as if the tree were / */
	place = foreign_open_place(t->place, "/lib", 0);
	assert_true(place >= 0);
	assert_int_equal(foreign_read(place, "name", 0, 64, &out), 0);
	assert_int_equal(foreign_open_place(t->place, "none", 0), -ENOENT);
	if (geteuid())
		skip();
	assert_int_equal(fchownat(t->place, "data", 1234, 1234, 0), 0);
	assert_int_equal(foreign_open_place(t->place, "lib", 0), -EPERM);
}

#define FOREIGN(name) cmocka_unit_test_setup_teardown(name, make_tree, drop_tree)

UNIT_MAIN(FOREIGN(a_plain_file_is_read), FOREIGN(links_are_not_followed), FOREIGN(nothing_above_or_beside_is_reached),
          FOREIGN(only_plain_files_are_opened), FOREIGN(the_owner_is_one_who_may_tell),
          FOREIGN(a_large_file_is_not_begun), FOREIGN(a_place_may_be_elsewhere));
