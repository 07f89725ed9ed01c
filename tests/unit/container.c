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
	}
}

UNIT_MAIN(TEST(names_from_files));
