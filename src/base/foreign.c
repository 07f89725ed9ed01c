#include "foreign.h"
#include "file.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static int open_resolved(int dir, const char *path, int flags, uint64_t resolve)
{
	struct open_how how = { .flags = (uint64_t)(flags | O_CLOEXEC), .resolve = resolve | RESOLVE_NO_MAGICLINKS };
	long fd = syscall(SYS_openat2, dir, path, &how, sizeof(how));

	return fd < 0 ? -errno : (int)fd;
}

static bool is_trusted(const struct stat *st, uid_t owner)
{
	return owner == FOREIGN_ANYONE || st->st_uid == owner || st->st_uid == 0 || st->st_uid == geteuid();
}

int foreign_open_place(int root, const char *path, uid_t owner)
{
	cleanup(cleanup_close) int fd = open_resolved(root, path, O_PATH | O_DIRECTORY, RESOLVE_IN_ROOT);
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st))
		return -errno;
	if (!is_trusted(&st, owner))
		return -EPERM;
	int place = fd;
	fd = -1;
	return place;
}

/* Without opening it: O_PATH only finds. */
static int find_below(int place, const char *path, int flags)
{
	return open_resolved(place, path, O_PATH | O_NOFOLLOW | flags,
	                     RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV);
}

int foreign_read(int place, const char *path, uid_t owner, size_t most, struct text *out)
{
	cleanup(cleanup_close) int found = find_below(place, path, 0);
	char self[40];
	struct stat st;

	if (found < 0)
		return found;
	if (fstat(found, &st))
		return -errno;
	if (S_ISLNK(st.st_mode))
		return -ELOOP;
	if (!S_ISREG(st.st_mode) || !is_trusted(&st, owner))
		return -EPERM;
	if (st.st_size > (off_t)most)
		return -EFBIG;
	snprintf(self, sizeof(self), "/proc/self/fd/%d", found); /* the very file that was looked at */
	return file_read(self, most, out);
}

/* The very file that was found; closes `found`. */
static int open_found(int found)
{
	cleanup(cleanup_close) int held = found;
	char self[40];
	struct stat st;

	if (fstat(held, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return S_ISLNK(st.st_mode) ? -ELOOP : -EPERM;
	snprintf(self, sizeof(self), "/proc/self/fd/%d", held);
	int fd = open(self, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int foreign_open_file(const char *path)
{
	int found = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	return found < 0 ? -errno : open_found(found);
}

int foreign_open_link(const char *path)
{
	int found = open(path, O_PATH | O_CLOEXEC);

	return found < 0 ? -errno : open_found(found);
}

int foreign_open_within(int root, const char *path)
{
	int found = open_resolved(root, path, O_PATH, RESOLVE_IN_ROOT);

	return found < 0 ? found : open_found(found);
}

DIR *foreign_open_dir(int place, const char *path)
{
	int fd = find_below(place, path, O_DIRECTORY);
	DIR *dir = NULL;

	if (fd >= 0) {
		dir = file_open_dir(fd, ".");
		close(fd);
	} else {
		errno = -fd;
	}
	return dir;
}
