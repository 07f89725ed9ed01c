/* A process that serves, taken over: what it still can do. Each trial in a child of its own, enclosed as unfin web is.
 */
#include "unit.h"
#include "power/enclose.h"
#include "power/power.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { DONE = 0, NOT_ENCLOSED = 99 };

struct trial {
	const char *name;
	int (*act)(const char *folder); /* 0: it could; else errno */
	int want;                       /* errno; SIGSYS: it is killed */
};

static int call_result(long result)
{
	return result < 0 ? errno : 0;
}

static int run_program(const char *folder)
{
	return call_result(execl("/bin/true", "true", NULL));
}

static int trace_parent(const char *folder)
{
	return call_result(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
}

static int connect_out(const char *folder)
{
	return call_result(socket(AF_INET, SOCK_STREAM, 0));
}

static int listen_too(const char *folder)
{
	return call_result(listen(0, 1));
}

static int open_elsewhere(const char *folder)
{
	return call_result(open("/etc/hostname", O_RDONLY)) ?: call_result(open("/proc/self/status", O_RDONLY));
}

static int list_elsewhere(const char *folder)
{
	return call_result(open("/", O_RDONLY | O_DIRECTORY));
}

static int path_of(const char *folder, const char *name, int flags)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return call_result(open(path, flags, 0600));
}

static int read_own(const char *folder)
{
	return path_of(folder, "moment", O_RDONLY);
}

static int write_own(const char *folder)
{
	return path_of(folder, "moment", O_WRONLY);
}

static int create_own(const char *folder)
{
	return path_of(folder, "new", O_WRONLY | O_CREAT);
}

static int leave_by_link(const char *folder)
{
	return path_of(folder, "link", O_RDONLY);
}

static int become_root(const char *folder)
{
	return call_result(setresuid(0, 0, 0));
}

static int mount_something(const char *folder)
{
	return call_result(mount("none", folder, "tmpfs", 0, NULL));
}

static int kill_parent(const char *folder)
{
	return call_result(kill(getppid(), 0));
}

static const struct trial trials[] = {
	{ "execve", run_program, SIGSYS },
	{ "ptrace", trace_parent, SIGSYS },
	{ "mount", mount_something, SIGSYS },
	{ "listen", listen_too, SIGSYS },
	{ "socket", connect_out, ENOSYS },
	{ "open elsewhere", open_elsewhere, EACCES },
	{ "list elsewhere", list_elsewhere, EACCES },
	{ "read its folder", read_own, 0 },
	{ "write to it", write_own, EACCES },
	{ "make a file", create_own, EACCES },
	{ "a link that leads out", leave_by_link, EACCES },
	{ "root again", become_root, ENOSYS },
	{ "signal", kill_parent, ENOSYS },
};

static void enclosed(const struct trial *t, const char *folder)
{
	const char *folders[] = { folder };
	struct enclosure e = { 65534, 65534, folders, 1 };
	bool open = true;

	power_drop(POWER_LISTEN | POWER_SERVE);
	if (enclose(&e, &open))
		_exit(NOT_ENCLOSED);
	power_limit(POWER_SERVE);
	_exit(t->act(folder));
}

/* 0, errno, or SIGSYS. */
static int outcome(const struct trial *t, const char *folder)
{
	pid_t child = fork();
	int status;

	if (!child)
		enclosed(t, folder);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

static void nothing_but_its_folder_and_its_clients(void **state)
{
	char folder[] = "/tmp/unfin-unit-XXXXXX", path[128];

	if (!power_filters() || geteuid())
		skip();
	assert_non_null(mkdtemp(folder));
	chmod(folder, 0777); /* what keeps it out is not the mode */
	snprintf(path, sizeof(path), "%s/moment", folder);
	close(open(path, O_CREAT | O_WRONLY, 0666));
	chmod(path, 0666);
	snprintf(path, sizeof(path), "%s/link", folder);
	assert_int_equal(symlink("/etc/hostname", path), 0);
	for (size_t i = 0; i < ARRAY_SIZE(trials); i++) {
		int got = outcome(&trials[i], folder);
		if (got != trials[i].want)
			fail_msg("%s: %d, not %d", trials[i].name, got, trials[i].want);
	}
	unlink(path);
	snprintf(path, sizeof(path), "%s/moment", folder);
	unlink(path);
	rmdir(folder);
}

UNIT_MAIN(TEST(nothing_but_its_folder_and_its_clients));
