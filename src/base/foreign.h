/* Files that another user may have put where we look, read with all our rights: so no link is followed out of their
 * place, nothing but a plain file is opened (to open a device or a FIFO already does something), and its owner must be
 * one who may tell it. What is refused is an error like any other. Needs openat2(), of Linux 5.6: without it nothing
 * of that kind is read (-ENOSYS, or -EPERM from a filter). */
#pragma once
#include "text.h"
#include <dirent.h>
#include <sys/types.h>

/* Only where nobody can put a file of his own: cgroupfs. */
#define FOREIGN_ANYONE ((uid_t)-1)

/* A directory to look below, by a path that an administrator gave: links are followed, as if `root` were /. It belongs
 * to `owner`, root or ourselves. An O_PATH descriptor or -errno. */
int foreign_open_place(int root, const char *path, uid_t owner);

/* Appends at most `most` bytes of place/path to `out`: no link, no way up, no other file system on the way; at the end
 * a plain file of `owner`, root or ourselves. 0 or -errno: -ELOOP a link, -EXDEV another file system, -EFBIG more than
 * that, -EPERM another's, or no plain file. */
int foreign_read(int place, const char *path, uid_t owner, size_t most, struct text *out);

/* The plain file that a person named, whoever owns it, to be read: a link at its end is not followed. A descriptor or
 * -errno: -ELOOP a link, -EPERM no plain file. Needs no openat2(). */
int foreign_open_file(const char *path);

/* The same, with links followed: those of /proc that stand for a file. */
int foreign_open_link(const char *path);

/* The plain file that a process sees at `path`, whose root directory `root` is: links are followed, and never out of
 * it. A descriptor or -errno. */
int foreign_open_within(int root, const char *path);

/* The directory place/path to be listed, found in the same way; NULL and errno if it cannot be. */
DIR *foreign_open_dir(int place, const char *path);
