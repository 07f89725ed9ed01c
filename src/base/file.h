/* Small files read whole, those of /proc and /sys, whose size is not known before; and files replaced whole. */
#pragma once
#include "text.h"
#include <dirent.h>

/* Appends at most `most` bytes of dir/path to `out`. 0 or -errno (-EFBIG if there was more). */
int file_read_at(int dir, const char *path, size_t most, struct text *out);
int file_read(const char *path, size_t most, struct text *out);

/* The one number in a file, as sysctls have it. 0 or -errno. */
int file_read_u64(const char *path, uint64_t *ret);

/* The directory dir/path to be read; NULL and errno if it cannot be. */
DIR *file_open_dir(int dir, const char *path);
void cleanup_closedir(DIR **d);
/* The next name in it, `.` and `..` left out. NULL at the end; or with *ret_err set to -errno, and the names read so
 * far are not all. */
const char *file_next_name(DIR *d, int *ret_err);

/* In a child: closes all descriptors but the first three and this one. Who else still has the other end of a pipe, or a
 * lock, matters to those who wait for it. */
void file_keep_only(int fd);

/* Lets this process have so many descriptors, or as many as it may: shells and services start with a thousand. */
void file_allow(uint64_t wanted);

/* In place: "a/../b" is "b" then, "./a//b" "a/b". By its words alone, which is what a tree of git knows; what leads out
 * of it stays as it is. Of relative paths. */
void file_fold(char *path);

/* All of it, whatever interrupts. 0 or -errno. */
int file_write(int fd, const void *bytes, size_t length);
/* Puts a file with these bytes in the place of `path`, all at once: who reads meets the old or the new one, whole, also
 * after a crash. A passing name beside it ends in six random letters. 0 or -errno; then the old one is untouched. */
int file_replace(const char *path, const void *bytes, size_t length, mode_t mode);

/* Which file it was: changes when another one takes its place. */
struct file_stamp {
	uint64_t inode, changed_ns, bytes;
};

/* 0 or -errno. */
int file_stamp_read(const char *path, struct file_stamp *ret);
static inline bool file_stamp_same(const struct file_stamp *a, const struct file_stamp *b)
{
	return a->inode == b->inode && a->changed_ns == b->changed_ns && a->bytes == b->bytes;
}
