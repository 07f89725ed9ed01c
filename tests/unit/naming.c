/* Names from files that wish us ill: they cost 200 ms at most, and a name. */
#include "unit.h"
#include "base/clock.h"
#include "base/file.h"
#include "source/name/naming.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define ID      "00000000000000000000000000000000000000000000000000000000000000ab"
#define STORAGE "home/eve/.local/share/containers/storage/overlay-containers"
#define DOCKER  "home/eve/.local/share/docker/containers/" ID

enum { EVE = 4242, LONG_MS = 1000, LARGE_BYTES = 16 << 20 };

struct tree {
	char path[40];
	int root;
};

static void make_folders(int root, const char *path)
{
	char part[256];

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		mkdirat(root, part, 0755);
	}
	mkdirat(root, path, 0755);
	if (!geteuid() && fchownat(root, "home/eve", EVE, EVE, 0))
		fail();
}

static int make_tree(void **state)
{
	struct tree *t = calloc(1, sizeof(*t));

	snprintf(t->path, sizeof(t->path), "/tmp/unfin-unit-XXXXXX");
	if (!mkdtemp(t->path) || chmod(t->path, 0755))
		return -1;
	t->root = open(t->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	make_folders(t->root, STORAGE);
	make_folders(t->root, DOCKER);
	*state = t;
	return 0;
}

static int drop(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	return remove(path);
}

static int drop_tree(void **state)
{
	struct tree *t = *state;

	close(t->root);
	nftw(t->path, drop, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	free(t);
	return 0;
}

static int put(const struct tree *t, const char *path, const char *text)
{
	int fd = openat(t->root, path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	if (!geteuid())
		assert_int_equal(fchown(fd, EVE, EVE), 0);
	return fd;
}

static struct naming look(const struct tree *t, struct arena *arena)
{
	struct naming n = { .id = ID, .uid = geteuid() ? geteuid() : EVE, .home = "/home/eve" };
	uint64_t began = clock_monotonic_ns();

	naming_lookup(t->root, &n, 1, arena);
	if (clock_monotonic_ns() - began > LONG_MS * NS_PER_MS)
		fail_msg("it took %llu ms", (unsigned long long)((clock_monotonic_ns() - began) / NS_PER_MS));
	return n;
}

/* What is slow to answer on a busy machine is asked again. */
static struct naming look_patiently(const struct tree *t, struct arena *arena)
{
	struct naming n = look(t, arena);

	for (int tries = 0; n.err == -ETIMEDOUT && tries < 50; tries++)
		n = look(t, arena);
	assert_non_null(n.found.name);
	return n;
}

static void a_user_names_his_own(void **state)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	const struct tree *t = *state;

	assert_int_equal(fchmodat(t->root, "home/eve", 0700, 0), 0); /* only he may look into it */
	close(put(t, STORAGE "/containers.json", "[{\"id\":\"" ID "\",\"names\":[\"toy\"]}]"));
	struct naming n = look_patiently(t, arena);
	assert_string_equal(n.found.name, "toy");
	assert_int_equal(n.err, 0);
}

static void a_name_of_the_host_comes_first(void **state)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	const struct tree *t = *state;

	make_folders(t->root, "var/lib/docker/containers/" ID);
	cleanup(cleanup_close) int fd =
	        put(t, "var/lib/docker/containers/" ID "/config.v2.json", "{\"Name\":\"/web\"}");
	close(put(t, DOCKER "/config.v2.json", "{\"Name\":\"/forged\"}"));
	if (!geteuid()) {
		struct naming n = look_patiently(t, arena); /* a user's file in a place of the host */
		assert_string_equal(n.found.name, "forged");
		assert_int_equal(fchown(fd, 0, 0), 0);
	}
	assert_string_equal(look_patiently(t, arena).found.name, "web");
}

static void what_only_root_may_read_stays_unread(void **state)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	const struct tree *t = *state;

	if (geteuid())
		skip();
	make_folders(t->root, "root");
	cleanup(cleanup_close) int fd = put(t, "root/secret", "{\"Name\":\"/TOP-SECRET\"}");
	assert_int_equal(fchown(fd, 0, 0), 0);
	assert_int_equal(symlinkat("../../../../../../../root/secret", t->root, DOCKER "/config.v2.json"), 0);
	assert_null(look(t, arena).found.name);
	assert_int_equal(unlinkat(t->root, DOCKER "/config.v2.json", 0), 0);
	assert_int_equal(linkat(t->root, "root/secret", t->root, DOCKER "/config.v2.json", 0), 0);
	struct naming n = look(t, arena);
	assert_null(n.found.name);
	assert_int_equal(n.err, -EACCES);
}

static void odd_files_cost_their_name(void **state)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	const struct tree *t = *state;

	assert_int_equal(mkfifoat(t->root, DOCKER "/config.v2.json", 0666), 0);
	struct naming n = look(t, arena);
	assert_null(n.found.name);
	assert_int_equal(n.err, -EPERM);
	assert_non_null(strstr(naming_why(&n), "no plain file"));
	assert_int_equal(unlinkat(t->root, DOCKER "/config.v2.json", 0), 0);
	assert_int_equal(look(t, arena).err, 0); /* none at all is no riddle */
	close(put(t, DOCKER "/config.v2.json", "[[[[[["));
	assert_int_equal(look(t, arena).err, -EBADMSG);
}

static void a_large_file_is_not_read(void **state)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	const struct tree *t = *state;
	cleanup(cleanup_close) int fd = put(t, DOCKER "/config.v2.json", "[{}");

	for (size_t i = 0; i < LARGE_BYTES; i += 30)
		assert_int_equal(write(fd, ",{},{},{},{},{},{},{},{},{},{}", 30), 30);
	assert_int_equal(look(t, arena).err, -EFBIG);
	assert_int_equal(ftruncate(fd, 1 << 20), 0); /* 350,000 objects, and no end: in time or not */
	assert_int_not_equal(look(t, arena).err, 0);
}

/* A file system whose server never answers: what is in it is asked for and never told. */
static void a_silent_server_is_left_alone(void **state)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	const struct tree *t = *state;
	cleanup(cleanup_close) int server = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	char how[100], home[80];

	snprintf(home, sizeof(home), "%s/home/eve", t->path);
	snprintf(how, sizeof(how), "fd=%d,rootmode=40000,user_id=%d,group_id=%d,allow_other", server, EVE, EVE);
	if (server < 0 || unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", home, "fuse", 0, how))
		skip();
	cleanup(cleanup_close) int root = open(t->path, O_PATH | O_DIRECTORY | O_CLOEXEC); /* of this mount namespace */
	struct naming n = { .id = ID, .uid = EVE, .home = "/home/eve" };
	uint64_t began = clock_monotonic_ns();
	naming_lookup(root, &n, 1, arena);
	uint64_t took_ms = (clock_monotonic_ns() - began) / NS_PER_MS;
	close(server); /* the server dies: now whoever waits gets an error, and nobody is left */
	server = -1;
	while (waitpid(-1, NULL, 0) > 0)
		;
	assert_int_equal(umount2(home, MNT_DETACH), 0);
	assert_int_equal(n.err, -ETIMEDOUT);
	assert_true(took_ms < LONG_MS);
}

#define NAMING(name) cmocka_unit_test_setup_teardown(name, make_tree, drop_tree)

UNIT_MAIN(NAMING(a_user_names_his_own), NAMING(a_name_of_the_host_comes_first),
          NAMING(what_only_root_may_read_stays_unread), NAMING(odd_files_cost_their_name),
          NAMING(a_large_file_is_not_read), NAMING(a_silent_server_is_left_alone));
