#include "handed.h"
#include "base/file.h"
#include "base/parse.h"
#include "model/keyed.h"
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

enum { UNIX_BYTES = 16 << 20, LINE_BYTES = 256, LOG_FDS = 3 };

/* Of all in its network namespace: "0000000000000000: 00000002 00000000 00010000 0001 01 24563 /run/x". */
static int read_unix(int process, struct keyed *inodes)
{
	TEXT_CLEANUP t = { 0 };
	char line[LINE_BYTES];
	uint64_t inode;
	int err = file_read_at(process, "net/unix", UNIX_BYTES, &t);

	for (const char *rest = t.bytes ?: ""; parse_line(&rest, line, sizeof(line));)
		if (sscanf(line, "%*s %*s %*s %*s %*s %*s %" SCNu64, &inode) == 1 && inode)
			keyed_add(inodes, inode, 0);
	return err;
}

static bool is_unix(int fds, const char *name, const struct keyed *inodes)
{
	char target[64];
	ssize_t length = readlinkat(fds, name, target, sizeof(target) - 1);
	uint64_t inode, fd;

	target[MAX(length, 0)] = '\0';
	return !parse_u64(name, &fd) && fd >= LOG_FDS && sscanf(target, "socket:[%" SCNu64 "]", &inode) == 1 &&
	       keyed_has(inodes, inode);
}

static bool holds_unix(int process, const struct keyed *inodes)
{
	cleanup(cleanup_closedir) DIR *fds = file_open_dir(process, "fd");
	bool found = !fds;
	const char *name;
	int err = 0;

	while (!found && (name = file_next_name(fds, &err)))
		found = is_unix(dirfd(fds), name, inodes);
	return found || err;
}

bool handed_may_be(uint32_t pid)
{
	struct keyed inodes = { 0 };
	char path[32];

	snprintf(path, sizeof(path), "/proc/%" PRIu32, pid);
	cleanup(cleanup_close) int process = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool may = process >= 0 && (read_unix(process, &inodes) || holds_unix(process, &inodes));
	keyed_free(&inodes);
	return may;
}
