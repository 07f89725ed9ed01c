#include "folders.h"
#include "status.h"
#include "base/file.h"
#include "base/glob.h"
#include "base/log.h"
#include "base/text.h"
#include "power/power.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#define LOCK "lock"

enum { MODE = 0750 };

/* Both of its folders, which may be one. */
static const char *const agent_files[] = {
	"[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9].unfin*", "moment*", "metrics*", "agent.json*", "web.sock", NULL
};
static const char *const hub_files[] = { "hub.db*", "clickhouse.db*", "spool-[0-9a-f]*", NULL };
static const char *const uplink_files[] = { "host-id", "epoch", NULL };

const struct folder_owner folder_agent = { "unfin agent", agent_files, "unfin history" };
const struct folder_owner folder_hub = { "unfin hub", hub_files, "unfin fleet status --hub hub.db" };
const struct folder_owner folder_uplink = { "unfin uplink", uplink_files, NULL };

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

static bool is_his(const struct folder_owner *owner, const char *file)
{
	for (const char *const *f = owner->files; *f; f++)
		if (glob_match(*f, file))
			return true;
	return false;
}

/* What stands in a folder that is nobody's yet: a lock of one that was stopped before it wrote, a new disk's folder. */
static bool is_nothing(const char *file)
{
	return streq(file, LOCK) || streq(file, "lost+found");
}

/* Something in it is another's, and nothing is his: the name of that. What could not be read may be another's, too. */
static bool is_foreign(DIR *folder, const struct folder_owner *owner, struct text *ret_file)
{
	int err = 0;

	for (const char *name; (name = file_next_name(folder, &err));) {
		if (is_his(owner, name))
			return false;
		if (!is_nothing(name) && !ret_file->length)
			text_add_shown(ret_file, name);
	}
	if (err)
		text_printf(ret_file, "what cannot be read: %s", strerror(-err));
	return ret_file->length;
}

int folder_check(const char *path, const struct folder_owner *owner)
{
	TEXT_CLEANUP file = { 0 };

	power_raise();
	cleanup(cleanup_closedir) DIR *folder = file_open_dir(AT_FDCWD, path);
	power_lower();
	if (!folder) /* not there, or told by who makes it or writes in it */
		return STATUS_OK;
	if (!is_foreign(folder, owner, &file))
		return STATUS_OK;
	log_error("%s is not empty, and not a folder of %s: there is %s; nothing was changed", path, owner->name,
	          file.bytes);
	log_hint("name an empty folder, or one that is not there yet");
	return STATUS_USAGE;
}

int folder_make(const char *path, bool *ret_made)
{
	struct stat st;
	bool made = !mkdir(path, MODE);

	if (ret_made)
		*ret_made = made;
	if (made || (errno == EEXIST && !stat(path, &st) && S_ISDIR(st.st_mode)))
		return STATUS_OK;
	tell_denied("make the folder", path);
	return STATUS_UNABLE;
}

static int tell_taken(const char *path, const struct folder_owner *owner, int fd)
{
	char pid[16] = "";
	ssize_t length = pread(fd, pid, sizeof(pid) - 1, 0);

	pid[length > 0 ? strspn(pid, "0123456789") : 0] = '\0';
	log_error("another %s, %s%s, writes in %s already", owner->name, *pid ? "pid " : "which cannot be told", pid,
	          path);
	log_hint("%s%sto end it: kill %s", owner->ask ?: "", owner->ask ? " shows what it has found; " : "",
	         *pid ? pid : "PID");
	return STATUS_UNABLE;
}

int folder_take(const char *path, const struct folder_owner *owner, int *ret_fd)
{
	TEXT_CLEANUP name = { 0 }, pid = { 0 };

	text_printf(&name, "%s/" LOCK, path);
	int fd = open(name.bytes, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (fd < 0) {
		tell_denied("write in", path);
		return STATUS_UNABLE;
	}
	*ret_fd = fd;
	if (flock(fd, LOCK_EX | LOCK_NB))
		return tell_taken(path, owner, fd);
	text_printf(&pid, "%d\n", getpid());
	if (!ftruncate(fd, 0) && pwrite(fd, pid.bytes, pid.length, 0) < 0)
		log_warning("writing %s: %s", name.bytes, strerror(errno)); /* only the pid is missing */
	return STATUS_OK;
}
