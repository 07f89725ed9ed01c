#include "proc.h"
#include "base/file.h"
#include "base/parse.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/stat.h>

enum {
	STAT_BYTES = 4096,
	START_FIELD = 22 - 3, /* proc(5): starttime is (22), the state behind the name is (3) */
	START_STEP_NS = 10 * NS_PER_MS,
	KERNEL_THREAD = 0x00200000, /* PF_KTHREAD, include/linux/sched.h */
};

int proc_stat_parse(const char *text, struct proc_stat *ret)
{
	const char *s = strrchr(text, ')');
	struct proc_stat stat = { 0 };
	const char *open = strchr(text, '(');
	unsigned long long start, stack;
	unsigned flags;

	if (!s || !open || open > s ||
	    sscanf(s + 1, " %c %" SCNu32 " %*d %*d %*d %*d %u", &stat.state, &stat.ppid, &flags) != 3)
		return -EINVAL;
	stat.kernel = flags & KERNEL_THREAD;
	memcpy(stat.comm, open + 1, MIN((size_t)(s - open - 1), sizeof(stat.comm) - 1));
	s++;
	for (int field = 0; field < START_FIELD && *s; field++) {
		s += strspn(s, " ");
		s += strcspn(s, " ");
	}
	int got = sscanf(s, " %llu %*u %*d %*u %*u %*u %llu", &start, &stack);
	if (got < 1)
		return -EINVAL;
	stat.start_stack = got == 2 ? stack : 0;
	stat.start_boot_ns = start * (NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK));
	*ret = stat;
	return 0;
}

int proc_limit_parse(const char *text, const char *row, uint64_t *ret)
{
	const char *s = strstr(text, row);
	char value[24] = { 0 };

	if (!s || sscanf(s + strlen(row), " %23s", value) != 1)
		return -ENOENT;
	if (streq(value, "unlimited")) {
		*ret = UINT64_MAX;
		return 0;
	}
	return parse_u64(value, ret) ? -ENOENT : 0;
}

int proc_read_stat(int dir, struct proc_stat *ret)
{
	TEXT_CLEANUP text = { 0 };
	int err = file_read_at(dir, "stat", STAT_BYTES, &text);

	return err ? err : proc_stat_parse(text.bytes, ret);
}

static bool is_number(const char *name)
{
	return isdigit((unsigned char)*name);
}

bool proc_is_gone(int err)
{
	return err == -ENOENT || err == -ESRCH;
}

/* /proc may be mounted so that it shows no processes of others: the number then is known to kill() alone. */
static bool exists(uint32_t pid)
{
	return !kill((pid_t)pid, 0) || errno == EPERM;
}

bool proc_hides(void)
{
	return access("/proc/1", F_OK) && exists(1);
}

/* The directory of a thread that still runs; -ESRCH if none does. */
static int open_living_thread(int process, int *ret_dir)
{
	cleanup(cleanup_closedir) DIR *tasks = file_open_dir(process, "task");
	int err = tasks ? -ESRCH : -errno;

	for (const char *tid; tasks && (tid = file_next_name(tasks, &err));) {
		struct proc_stat stat;
		cleanup(cleanup_close) int dir = openat(dirfd(tasks), tid, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		int this = dir < 0 ? -errno : proc_read_stat(dir, &stat);
		if (this && !proc_is_gone(this))
			err = this;
		if (this || stat.state == 'Z' || stat.state == 'X')
			continue;
		*ret_dir = dir;
		dir = -1;
		return 0;
	}
	return err;
}

int proc_open(uint32_t pid, uint64_t start_boot_ns, int *ret_dir, struct proc_stat *ret_stat)
{
	char path[32];
	struct proc_stat stat;

	snprintf(path, sizeof(path), "/proc/%" PRIu32, pid);
	cleanup(cleanup_close) int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return errno != ENOENT ? -errno : exists(pid) ? -EACCES : -ESRCH;
	int err = proc_read_stat(dir, &stat);
	if (!err && stat.start_boot_ns / START_STEP_NS != start_boot_ns / START_STEP_NS)
		err = -ESRCH;
	if (!err && stat.state == 'Z') {
		int thread = -1;
		err = open_living_thread(dir, &thread);
		if (!err) {
			close(dir);
			dir = thread;
		}
	}
	if (err)
		return err;
	*ret_stat = stat;
	*ret_dir = dir;
	dir = -1;
	return 0;
}

int proc_read_link(int dir, const char *name, struct text *out)
{
	char target[4096];
	ssize_t n = readlinkat(dir, name, target, sizeof(target));

	if (n < 0)
		return -errno;
	text_add_bytes(out, target, (size_t)n);
	return 0;
}

int proc_count_fds(int dir, uint32_t *ret)
{
	struct stat st;
	uint32_t count = 0;

	if (!fstatat(dir, "fd", &st, 0) && st.st_size > 0) {
		*ret = (uint32_t)st.st_size;
		return 0;
	}
	cleanup(cleanup_closedir) DIR *fds = file_open_dir(dir, "fd");
	if (!fds)
		return -errno;
	int err = 0;
	while (file_next_name(fds, &err))
		count++;
	if (!err)
		*ret = count;
	return err;
}

/* Its descriptors and namespaces are closed to us: 1, 0, or -errno if that cannot be told. A thread of the kernel has
 * none. */
static int is_closed(int process)
{
	struct proc_stat stat;
	char target[64];

	if (readlinkat(process, "ns/net", target, sizeof(target)) >= 0 || proc_is_gone(-errno))
		return 0;
	if (errno != EACCES && errno != EPERM)
		return -errno;
	int err = proc_read_stat(process, &stat);
	return err ? proc_is_gone(err) ? 0 : 1 : !stat.kernel;
}

int proc_count_unreadable(uint32_t *ret)
{
	cleanup(cleanup_closedir) DIR *processes = file_open_dir(AT_FDCWD, "/proc");
	uint32_t count = 0;
	int err = processes ? 0 : -errno;

	for (const char *pid; !err && (pid = file_next_name(processes, &err));) {
		if (!is_number(pid))
			continue;
		cleanup(cleanup_close) int dir = openat(dirfd(processes), pid, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		int closed = dir < 0 ? -errno : is_closed(dir);
		if (closed == -EACCES || closed == -EPERM)
			closed = 1;
		count += closed > 0;
		err = closed < 0 && !proc_is_gone(closed) ? closed : err;
	}
	*ret = count;
	return err;
}
