#include "folders.h"
#include "status.h"
#include "base/log.h"
#include "base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

enum { MODE = 0750 };

const char *folder_state(const struct options *o)
{
	return o->state_dir ?: FOLDER_STATE;
}

const char *folder_run(const struct options *o)
{
	return o->run_dir ?: FOLDER_RUN;
}

static void tell_denied(const char *doing, const char *path)
{
	int err = errno;

	log_error("cannot %s %s: %s", doing, path, strerror(err));
	if (err == EACCES)
		log_hint("as another user than root, with folders of your own: --state DIR --run DIR");
}

int folder_make(const char *path)
{
	struct stat st;

	if (!mkdir(path, MODE) || (errno == EEXIST && !stat(path, &st) && S_ISDIR(st.st_mode)))
		return STATUS_OK;
	tell_denied("make the folder", path);
	return STATUS_UNABLE;
}

static int tell_taken(const char *path, int fd)
{
	char pid[16] = "";
	ssize_t length = pread(fd, pid, sizeof(pid) - 1, 0);

	pid[length > 0 ? strspn(pid, "0123456789") : 0] = '\0';
	log_error("another agent, %s%s, writes in %s already", *pid ? "pid " : "which cannot be told", pid, path);
	log_hint("unfin history shows what it has found; to end it: kill %s", *pid ? pid : "PID");
	return STATUS_UNABLE;
}

int folder_take(const char *path, int *ret_fd)
{
	TEXT_CLEANUP name = { 0 }, pid = { 0 };

	text_printf(&name, "%s/lock", path);
	int fd = open(name.bytes, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (fd < 0) {
		tell_denied("write in", path);
		return STATUS_UNABLE;
	}
	*ret_fd = fd;
	if (flock(fd, LOCK_EX | LOCK_NB))
		return tell_taken(path, fd);
	text_printf(&pid, "%d\n", getpid());
	if (!ftruncate(fd, 0) && pwrite(fd, pid.bytes, pid.length, 0) < 0)
		log_warning("writing %s: %s", name.bytes, strerror(errno)); /* only the pid is missing */
	return STATUS_OK;
}
