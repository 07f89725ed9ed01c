#include "unit.h"
#include "base/clock.h"
#include "source/name/clues.h"
#include <errno.h>
#include <fcntl.h>

/* tests/unit/containers is a tree of such files as runtimes leave; ids there are numbers of 64 digits. */
static const struct {
	unsigned id;
	const char *name, *pod, *image;
} rows[] = {
	{ 1, "web-1", NULL, "shop/web:latest (0a1b2c3d4e5f)" },
	{ 2, "api", "shop/api-7d9f" },
	{ 3, "worker", "jobs/worker-0", "registry.example/worker:1.4" },
	{ 4, "cache", NULL },
	{ 5, NULL, "kube-system/dns-1" },
	{ 6, "db", "shop/db-0", "quay.io/db:15 (2a1b2c3d4e5f)" },
	{ 7, "mail", NULL, "docker.io/library/mail:2 (1a1b2c3d4e5f)" },
	{ 8, "toy", NULL },
	{ 9, "nginx", "edge/ingress-x2" },
	{ 10, NULL, NULL }, /* half a document */
	{ 11, NULL, NULL }, /* not what it should be */
	{ 12, NULL, NULL }, /* no file at all */
	{ 13, "cart", "shop/cart-1" },
};

static void equal(const char *a, const char *b, unsigned id)
{
	if ((!a) != (!b) || (a && !streq(a, b)))
		fail_msg("container %u: '%s' is not '%s'", id, a ? a : "-", b ? b : "-");
}

static int describe(int root, unsigned number, struct arena *arena, struct container *found)
{
	const struct container_place host = { .root = root }, home = { .root = root, .home = "/home/ann" };
	const char *id = arena_printf(arena, "%064u", number);
	int err = container_describe(&host, id, arena, found);

	return found->name ? err : container_describe(&home, id, arena, found) ?: err;
}

static void names_from_files(void **state)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	cleanup(cleanup_close) int root = open("tests/unit/containers", O_PATH | O_DIRECTORY);

	assert_true(root >= 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct container found = { 0 };
		describe(root, rows[i].id, arena, &found);
		equal(found.name, rows[i].name, rows[i].id);
		equal(found.pod, rows[i].pod, rows[i].id);
		equal(found.image, rows[i].image, rows[i].id);
	}
}

/* `ctr run … web1`: its cgroup is /default/web1, and only containerd's directory shows that it is a container. */
static void a_task_with_a_name_is_a_container(void **state)
{
	static const struct {
		const char *path, *container;
	} paths[] = {
		{ "/default/web1", "web1" }, { "/a/default/web1", "web1" },
		{ "/default/web2", NULL },   { "/system.slice/web1", NULL },
		{ "/web1", NULL },           { "/default/web1/sub", NULL },
		{ "/../web1", NULL },        { "/", NULL },
	};
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	cleanup(cleanup_close) int root = open("tests/unit/containers", O_PATH | O_DIRECTORY);

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		struct cgroup c = { .path = paths[i].path };
		assert_int_equal(container_of_task(root, &c, arena), paths[i].container != NULL);
		equal(c.container, paths[i].container, (unsigned)i);
	}
}

/* By the file that is mounted at /etc/hostname, and by the monitor's command line. */
static void names_from_processes(void **state)
{
	static const struct {
		unsigned id; /* the pid is the same */
		const char *name, *pod;
	} processes[] = {
		{ 14, "far", NULL },           { 15, "distant", NULL }, { 16, "watched", NULL },
		{ 17, "nginx", "shop/web-0" }, { 98, NULL, NULL },
	};
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	cleanup(cleanup_close) int root = open("tests/unit/containers", O_PATH | O_DIRECTORY);
	cleanup(cleanup_close) int proc = open("tests/unit/containers/proc", O_PATH | O_DIRECTORY);

	for (size_t i = 0; i < ARRAY_SIZE(processes); i++) {
		struct naming n = { .id = arena_printf(arena, "%064u", processes[i].id), .pid = processes[i].id };
		clues_name(root, proc, &n, 1, arena);
		equal(n.found.name, processes[i].name, processes[i].id);
		equal(n.found.pod, processes[i].pod, processes[i].id);
	}
}

static void the_hosts_path_of_a_mounted_file(void **state)
{
	static const struct {
		const char *inside, *host, *path;
	} mounts[] = {
		{ "9 1 8:1 /a/b /p rw\n", "1 0 8:1 / / rw\n", "/a/b" },
		{ "9 1 8:1 /a/b /p rw\n", "1 0 8:2 / / rw\n2 1 8:1 /a /x rw\n", "/x/b" },
		{ "9 1 8:1 /ab /p rw\n", "2 1 8:1 /a /x rw\n", NULL },
		{ "9 1 8:1 /a/b /q rw\n", "1 0 8:1 / / rw\n", NULL },
		{ "9 1 8:1", "1 0 8:1 / / rw\n", NULL },
		{ "\n\nx\n9 1 8:1 /a /p rw", "\n2 1\n1 0 8:1 / /y rw", "/y/a" },
		{ "", "", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
		TEXT_CLEANUP path = { 0 };
		int err = clues_find_mount(mounts[i].inside, mounts[i].host, "/p", &path);
		assert_int_equal(err, mounts[i].path ? 0 : -ENOENT);
		equal(path.bytes, mounts[i].path, (unsigned)i);
	}
}

/* As many mounts as anybody may make in a namespace of his own: each line costs what it is long. */
static void many_mounts_cost_their_lines(void **state)
{
	TEXT_CLEANUP mounts = { 0 }, path = { 0 };
	uint64_t before_ns = clock_spent_ns();

	for (unsigned i = 0; i < 40000; i++)
		text_printf(&mounts, "%u 1 0:%u / /mnt/%080u rw - tmpfs t rw\n", i, i, i);
	assert_int_equal(clues_find_mount(mounts.bytes, mounts.bytes, "/etc/hostname", &path), -ENOENT);
	assert_true(clock_spent_ns() - before_ns < NS_PER_S);
}

UNIT_MAIN(TEST(many_mounts_cost_their_lines), TEST(names_from_files), TEST(a_task_with_a_name_is_a_container),
          TEST(names_from_processes), TEST(the_hosts_path_of_a_mounted_file));
