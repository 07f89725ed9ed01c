#include "unit.h"
#include "source/name/container.h"
#include <fcntl.h>

/* tests/unit/containers is a tree of such files as runtimes leave; ids there are numbers of 64 digits. */
static const struct {
	unsigned id;
	const char *name, *pod;
} rows[] = {
	{ 1, "web-1", NULL },
	{ 2, "api", "shop/api-7d9f" },
	{ 3, "worker", "jobs/worker-0" },
	{ 4, "cache", NULL },
	{ 5, NULL, "kube-system/dns-1" },
	{ 6, "db", "shop/db-0" },
	{ 7, "mail", NULL },
	{ 8, "toy", NULL },
	{ 9, "nginx", "edge/ingress-x2" },
	{ 10, NULL, NULL }, /* half a document */
	{ 11, NULL, NULL }, /* not what it should be */
	{ 12, NULL, NULL }, /* no file at all */
};

static void equal(const char *a, const char *b, unsigned id)
{
	if ((!a) != (!b) || (a && !streq(a, b)))
		fail_msg("container %u: '%s' is not '%s'", id, a ? a : "-", b ? b : "-");
}

static void names_from_files(void **state)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	cleanup(cleanup_close) int root = open("tests/unit/containers", O_PATH | O_DIRECTORY);

	assert_true(root >= 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct cgroup c = { .container = arena_printf(arena, "%064u", rows[i].id) };
		struct container found;
		container_describe(root, "/home/ann", &c, arena, &found);
		equal(found.id, c.container, rows[i].id);
		equal(found.name, rows[i].name, rows[i].id);
		equal(found.pod, rows[i].pod, rows[i].id);
	}
}

static void a_pod_without_files_has_its_uid(void **state)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	cleanup(cleanup_close) int root = open("tests/unit/containers", O_PATH | O_DIRECTORY);
	struct cgroup c = { .container = arena_printf(arena, "%064u", 12), .pod_uid = "2b1e" };
	struct container found;

	container_describe(root, NULL, &c, arena, &found);
	assert_string_equal(found.pod, "2b1e");
	c = (struct cgroup){ .container = "web1", .named = true };
	container_describe(root, NULL, &c, arena, &found);
	assert_string_equal(found.name, "web1");
}

UNIT_MAIN(TEST(names_from_files), TEST(a_pod_without_files_has_its_uid));
