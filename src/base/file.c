#include "file.h"
#include "parse.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

int file_read_at(int dir, const char *path, size_t most, struct text *out)
{
	/* O_NONBLOCK: a user may put a FIFO where a file is looked for, and it must not stop us. */
	cleanup(cleanup_close) int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	size_t total = 0;
	char piece[4096];

	if (fd < 0)
		return -errno;
	text_add(out, "");
	for (;;) {
		ssize_t n = read(fd, piece, sizeof(piece));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
		size_t room = MIN((size_t)n, most - total);
		text_add_bytes(out, piece, room);
		total += room;
		if (room < (size_t)n)
			return -EFBIG;
	}
}

int file_read(const char *path, size_t most, struct text *out)
{
	return file_read_at(AT_FDCWD, path, most, out);
}

int file_read_u64(const char *path, uint64_t *ret)
{
	TEXT_CLEANUP content = { 0 };
	int err = file_read(path, 64, &content);

	if (err)
		return err;
	if (content.length && content.bytes[content.length - 1] == '\n')
		content.bytes[--content.length] = '\0';
	if (strlen(content.bytes) != content.length)
		return -EINVAL;
	return parse_u64(content.bytes, ret);
}

DIR *file_open_dir(int dir, const char *path)
{
	int fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d && fd >= 0)
		close(fd);
	return d;
}

const char *file_next_name(DIR *d, int *ret_err)
{
	const struct dirent *e;

	do {
		errno = 0;
		e = readdir(d);
	} while (e && (streq(e->d_name, ".") || streq(e->d_name, "..")));
	if (!e && errno)
		*ret_err = -errno;
	return e ? e->d_name : NULL;
}

void cleanup_closedir(DIR **d)
{
	if (*d)
		closedir(*d);
}

void file_keep_only(int fd)
{
	if (fd > 3)
		syscall(SYS_close_range, 3U, (unsigned)fd - 1, 0);
	syscall(SYS_close_range, (unsigned)MAX(fd + 1, 3), ~0U, 0);
}

void file_allow(uint64_t wanted)
{
	struct rlimit r;

	if (!getrlimit(RLIMIT_NOFILE, &r) && r.rlim_cur < wanted)
		setrlimit(RLIMIT_NOFILE, &(struct rlimit){ MIN((rlim_t)wanted, r.rlim_max), r.rlim_max });
}

void file_fold(char *path)
{
	char *to = path;

	for (const char *at = path, *next; *at; at = next + strspn(next, "/")) {
		next = at + strcspn(at, "/");
		size_t length = (size_t)(next - at);
		if (length == 2 && !strncmp(at, "..", length)) {
			if (to == path)
				return;
			while (to > path && *--to != '/')
				;
		} else if (length != 1 || *at != '.') {
			if (to > path)
				*to++ = '/';
			memmove(to, at, length);
			to += length;
		}
	}
	*to = '\0';
}

int file_write(int fd, const void *bytes, size_t length)
{
	const char *at = bytes;

	while (length) {
		ssize_t n = write(fd, at, length);
		if (n < 0 && errno != EINTR)
			return -errno;
		at += n > 0 ? n : 0;
		length -= n > 0 ? (size_t)n : 0;
	}
	return 0;
}

static int write_whole(int fd, const void *bytes, size_t length, mode_t mode)
{
	return file_write(fd, bytes, length) ?: fchmod(fd, mode) || fsync(fd) ? -errno : 0;
}

int file_replace(const char *path, const void *bytes, size_t length, mode_t mode)
{
	TEXT_CLEANUP passing = { 0 };

	text_printf(&passing, "%s.XXXXXX", path);
	cleanup(cleanup_close) int fd = mkostemp(passing.bytes, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	int err = write_whole(fd, bytes, length, mode);
	if (!err && renameat(AT_FDCWD, passing.bytes, AT_FDCWD, path))
		err = -errno;
	if (err)
		unlink(passing.bytes);
	return err;
}

int file_stamp_read(const char *path, struct file_stamp *ret)
{
	struct stat st;

	if (stat(path, &st))
		return -errno;
	*ret = (struct file_stamp){ st.st_ino, (uint64_t)st.st_mtim.tv_sec * NS_PER_S + (uint64_t)st.st_mtim.tv_nsec,
		                    (uint64_t)st.st_size };
	return 0;
}
