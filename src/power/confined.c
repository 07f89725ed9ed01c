#include "confined.h"
#include "base/clock.h"
#include "base/file.h"
#include "power.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

enum { ROOM_S = 1, MEMORY_BYTES = 1 << 30, CPU_S = 20, PIECE = 64 << 10, PATIENCE_MS = 100 };

bool confined_write(int out, const void *bytes, size_t count)
{
	const char *at = bytes;

	while (count) {
		ssize_t put = write(out, at, count);
		if (put <= 0)
			return false;
		at += put;
		count -= (size_t)put;
	}
	return true;
}

static void limit_resource(int which, uint64_t value)
{
	struct rlimit limit = { value, value };

	setrlimit((__rlimit_resource_t)which, &limit);
}

/* Who is not root has nobody to become, and no more rights than the user who asked. The saved user stays ours, for only
 * so may we end it: the calls that could make use of that are not among those it is left. */
static void become(const struct confined_user *who)
{
	uint32_t own = geteuid();

	if (own)
		return;
	power_raise();
	if (setgroups(0, NULL) || setresgid(who->gid, who->gid, who->gid) || setresuid(who->uid, who->uid, own))
		power_lower();
}

/* Whatever is opened, nothing is written, made or removed: no place is excepted. An older kernel has none of this, and
 * the calls that would are not among those allowed. */
static void forbid_writing(void)
{
	struct landlock_ruleset_attr all = { .handled_access_fs =
		                                     LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
		                                     LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
		                                     LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
		                                     LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
		                                     LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
		                                     LANDLOCK_ACCESS_FS_MAKE_SYM };
	int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);

	if (rules < 0)
		return;
	syscall(SYS_landlock_restrict_self, rules, 0);
	close(rules);
}

static void child_run(const struct confined *c, pid_t parent, int out)
{
	struct confined_user who = c->become;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	signal(SIGINT, SIG_IGN); /* who reads decides when it ends */
	signal(SIGTERM, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	if (c->forget)
		c->forget(c->context);
	file_keep_only(out);
	alarm((unsigned)(c->time_ms / MS_PER_S) + ROOM_S);
	limit_resource(RLIMIT_CORE, 0);
	limit_resource(RLIMIT_FSIZE, 0);
	limit_resource(RLIMIT_CPU, CPU_S);
	if (power_filters()) /* AddressSanitizer needs terabytes of addresses, and has no filter either */
		limit_resource(RLIMIT_AS, MEMORY_BYTES);
	if (c->open)
		c->open(c->context, &who);
	become(&who);
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* a change of user forgot it */
	power_drop(c->needs);
	if (c->needs & POWER_HISTORY)
		forbid_writing();
	power_seal(c->needs);
	c->work(c->context, out);
	_exit(0);
}

static int collect(int in, uint64_t end_ns, size_t most, struct text *ret)
{
	struct pollfd wait = { .fd = in, .events = POLLIN };

	for (;;) {
		uint64_t now_ns = clock_monotonic_ns();
		if (now_ns >= end_ns)
			return -ETIMEDOUT;
		int ready = poll(&wait, 1, (int)((end_ns - now_ns) / NS_PER_MS) + 1);
		if (ready <= 0)
			continue;
		text_reserve(ret, PIECE);
		ssize_t got = read(in, ret->bytes + ret->length, PIECE);
		if (got < 0)
			return -errno;
		if (!got)
			return 0;
		ret->length += (size_t)got;
		ret->bytes[ret->length] = '\0';
		if (ret->length > most)
			return -EFBIG;
	}
}

/* 0, or 1: it goes on. It is ours, and not waited for yet: the number is no other process's. */
static int wait_until(pid_t child, uint64_t end_ns, int *ret_status)
{
	const struct timespec step = { .tv_nsec = NS_PER_MS };
	pid_t ended;

	while (!(ended = waitpid(child, ret_status, WNOHANG)) && clock_monotonic_ns() < end_ns)
		nanosleep(&step, NULL);
	return !ended;
}

/* Nothing more comes from it. One that sleeps in the kernel, for an answer that never comes, cannot be ended: it is
 * left to its limit of time, and to init. */
static int end(pid_t child, int err, uint64_t end_ns)
{
	int status = 0;

	if (!err && !wait_until(child, end_ns, &status))
		return status ? -EIO : 0;
	kill(child, SIGKILL);
	wait_until(child, clock_monotonic_ns() + PATIENCE_MS * NS_PER_MS, &status);
	return err ?: -EIO;
}

int confined_run(const struct confined *c, struct text *ret)
{
	uint64_t end_ns = clock_monotonic_ns() + c->time_ms * NS_PER_MS;
	pid_t parent = getpid();
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	pid_t child = fork();
	if (!child)
		child_run(c, parent, ends[1]);
	int err = child < 0 ? -errno : 0;
	close(ends[1]);
	if (!err)
		err = end(child, collect(ends[0], end_ns, c->most, ret), end_ns);
	close(ends[0]);
	return err;
}
