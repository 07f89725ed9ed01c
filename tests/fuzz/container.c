/* What the runtimes of containers leave on the host, with JSON of somebody else's making in it. */
#include "fuzz.h"
#include "source/name/container.h"
#include <fcntl.h>
#include <sys/stat.h>

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const char *const places[] = {
	"run/containerd/io.containerd.runtime.v2.task/k8s.io/" ID "/config.json",
	"var/lib/docker/containers/" ID "/config.v2.json",
	"run/containers/storage/overlay-containers/" ID "/userdata/config.json",
	"var/lib/containers/storage/overlay-containers/containers.json",
};

static int make_root(void)
{
	char root[128], path[256];

	fuzz_path(root, "root");
	mkdir(root, 0700);
	int dir = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		snprintf(path, sizeof(path), "%s", places[i]);
		for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
			*slash = '\0';
			mkdirat(dir, path, 0700);
			*slash = '/';
		}
	}
	return dir;
}

/* The first byte chooses the place. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static int root = -1;
	struct fuzz_input in = { bytes, length };
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct container found = { 0 };

	if (root < 0)
		root = make_root();
	const char *place = places[fuzz_number(&in, 1) % ARRAY_SIZE(places)];
	int file = openat(root, place, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	if (file < 0 || write(file, in.bytes, in.length) < 0)
		abort();
	close(file);
	container_describe(&(struct container_place){ .root = root }, ID, arena, &found);
	unlinkat(root, place, 0);
	return 0;
}
