#include "image.h"
#include "base/file.h"
#include "base/foreign.h"
#include "base/memory.h"
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sys/stat.h>

static int image_fill(int fd, size_t size, struct text *ret)
{
	ret->bytes = memory_resize(NULL, size + 1, 1);
	ret->room = size + 1;
	while (ret->length < size) {
		ssize_t n = read(fd, ret->bytes + ret->length, size - ret->length);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0)
			break; /* it was cut off meanwhile */
		ret->length += n > 0 ? (size_t)n : 0;
	}
	ret->bytes[ret->length] = '\0';
	return 0;
}

int image_read(const char *path, struct text *ret)
{
	cleanup(cleanup_close) int fd = foreign_open_file(path);
	struct stat st;

	if (fd < 0)
		return fd == -EPERM ? -EPROTO : fd;
	if (fstat(fd, &st))
		return -errno;
	return st.st_size > KEPT_BYTES_MOST ? -EFBIG : image_fill(fd, (size_t)st.st_size, ret);
}

static int write_all(int fd, const void *bytes, size_t length)
{
	return file_write(fd, bytes, length) ?: fsync(fd) ? -errno : 0;
}

/* A file without a name in the folder of `path`. */
static int open_nameless(const char *path)
{
	cleanup(cleanup_free) char *copy = memory_strdup(path);
	int fd = open(dirname(copy), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);

	return fd < 0 ? -errno : fd;
}

static int write_nameless(int fd, const char *path, const void *bytes, size_t length)
{
	char self[40];
	int err = write_all(fd, bytes, length);

	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	if (!err && linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW))
		err = -errno;
	return err;
}

/* The same with a passing name, which nobody can know before. */
static int write_named(const char *path, const void *bytes, size_t length)
{
	TEXT_CLEANUP passing = { 0 };

	text_printf(&passing, "%s.XXXXXX", path);
	cleanup(cleanup_close) int fd = mkostemp(passing.bytes, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	int err = write_all(fd, bytes, length);
	if (!err && renameat2(AT_FDCWD, passing.bytes, AT_FDCWD, path, RENAME_NOREPLACE))
		err = -errno;
	if (err)
		unlink(passing.bytes);
	return err;
}

int image_write(const char *path, const void *bytes, size_t length)
{
	cleanup(cleanup_close) int fd = open_nameless(path);

	if (fd == -EOPNOTSUPP || fd == -EISDIR || fd == -EINVAL)
		return write_named(path, bytes, length);
	return fd < 0 ? fd : write_nameless(fd, path, bytes, length);
}

int image_replace(const char *path, const void *bytes, size_t length, unsigned mode)
{
	TEXT_CLEANUP passing = { 0 };

	text_printf(&passing, "%s.new", path);
	unlink(passing.bytes); /* of one that was killed */
	cleanup(cleanup_close) int fd = open(passing.bytes, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode);
	if (fd < 0)
		return -errno;
	int err = file_write(fd, bytes, length);
	if (!err && rename(passing.bytes, path))
		err = -errno;
	if (err)
		unlink(passing.bytes);
	return err;
}
