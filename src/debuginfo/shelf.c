#include "shelf.h"
#include "base/array.h"
#include "base/clock.h"
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

enum { MODE = 0600, NAME_BYTES = 128, LEFT_S = 3600 };

static void part_name(const char *build, char ret[NAME_BYTES])
{
	snprintf(ret, NAME_BYTES, "%s.%d.part", build, getpid());
}

int shelf_begin(int folder, const char *build, int *ret_fd)
{
	char name[NAME_BYTES];

	part_name(build, name);
	int fd = openat(folder, name, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, MODE);
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

int shelf_keep(int folder, const char *build)
{
	char from[NAME_BYTES], to[NAME_BYTES];

	part_name(build, from);
	snprintf(to, sizeof(to), "%s.debug", build);
	return renameat(folder, from, folder, to) ? -errno : 0;
}

void shelf_discard(int folder, const char *build)
{
	char name[NAME_BYTES];

	part_name(build, name);
	unlinkat(folder, name, 0);
}

struct kept {
	char name[NAME_BYTES];
	uint64_t bytes;
	int64_t changed_s;
};

typedef ARRAY(struct kept) kept_list;

static int compare_kept(const void *a, const void *b)
{
	const struct kept *x = a, *y = b;

	return CMP(x->changed_s, y->changed_s);
}

static bool ends_with(const char *name, const char *end)
{
	size_t length = strlen(name), tail = strlen(end);

	return length > tail && streq(name + length - tail, end);
}

/* Only what has such names is ours. */
static void add_file(int folder, const char *name, kept_list *files, uint64_t *bytes)
{
	struct stat st;

	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode) || strlen(name) >= NAME_BYTES)
		return;
	if (ends_with(name, ".part") && st.st_mtim.tv_sec + LEFT_S < (int64_t)(clock_unix_ms() / MS_PER_S))
		unlinkat(folder, name, 0);
	if (!ends_with(name, ".debug"))
		return;
	struct kept *k = array_push(files);
	*k = (struct kept){ .bytes = (uint64_t)st.st_size, .changed_s = st.st_mtim.tv_sec };
	snprintf(k->name, sizeof(k->name), "%s", name);
	*bytes += k->bytes;
}

void shelf_trim(int folder, uint64_t most_bytes)
{
	cleanup(cleanup_closedir) DIR *dir = file_open_dir(folder, ".");
	kept_list files = { 0 };
	uint64_t bytes = 0;
	int err = 0;

	for (const char *name; dir && (name = file_next_name(dir, &err));)
		add_file(folder, name, &files, &bytes);
	array_sort(&files, compare_kept);
	array_each (&files, k) {
		if (bytes <= most_bytes)
			break;
		if (!unlinkat(folder, k->name, 0))
			bytes -= k->bytes;
	}
	array_free(&files);
}
