/* One process in /proc, held by a descriptor of its directory: that names this process and no later one with
 * the same pid; what is read of one that has gone fails with -ESRCH. */
#pragma once
#include "base/text.h"
#include "base/util.h"

struct proc_stat {
	char state; /* as in ps: R S D T t Z I X */
	uint32_t ppid;
	uint64_t start_boot_ns;
	char comm[16];
	bool kernel;          /* a thread of the kernel's own */
	uint64_t start_stack; /* where its first stack begins; 0: it has none (ended), or that is not for us to see */
};

/* `text` is a whole /proc/PID/stat; a process may call itself `) R 1`. 0 or -EINVAL. */
int proc_stat_parse(const char *text, struct proc_stat *ret);
/* Soft limit of a /proc/PID/limits row (`Max open files`); UINT64_MAX: unlimited. 0 or -ENOENT. */
int proc_limit_parse(const char *text, const char *row, uint64_t *ret);

/* 0 or -errno; -ESRCH if the process that started then has gone, -EACCES if /proc does not show it to us. A leader that
 * has ended while its threads go on has an empty directory: then it is the one of a living thread. */
int proc_open(uint32_t pid, uint64_t start_boot_ns, int *ret_dir, struct proc_stat *ret_stat);

int proc_read_stat(int dir, struct proc_stat *ret);
int proc_read_link(int dir, const char *name, struct text *out);
/* Open descriptors, by directory size where the kernel tells it (Linux 6.2), else by counting. 0 or -errno. */
int proc_count_fds(int dir, uint32_t *ret);
/* Processes in /proc whose descriptors and namespaces this user may not see. 0 or -errno: they could not be counted. */
int proc_count_unreadable(uint32_t *ret);
/* Is that what reading of a process that has gone fails with? */
bool proc_is_gone(int err);
/* Does this /proc leave out processes that exist (hidepid=2, a security module)? Every pid namespace has a process 1.
 */
bool proc_hides(void);
