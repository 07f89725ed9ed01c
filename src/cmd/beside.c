#include "beside.h"
#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum { PATH_BYTES = 4096 };

int beside_fork(const char *name, int type, beside_begin *begin, const void *context)
{
	char program[PATH_BYTES];
	int ends[2];

	if (beside_find(name, program, sizeof(program)) || socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends))
		return -1;
	pid_t child = fork();
	if (!child) {
		close(ends[0]);
		begin(ends[1], program, context);
		_exit(1);
	}
	close(ends[1]);
	if (child > 0)
		return ends[0];
	close(ends[0]);
	return -1;
}

_Noreturn void beside_become(int socket, const char *program, char *const argv[])
{
	if (dup2(socket, STDIN_FILENO) >= 0 && dup2(socket, STDERR_FILENO) >= 0 && dup2(socket, STDOUT_FILENO) >= 0)
		execv(program, argv);
	_exit(1);
}

#ifdef UNFIN_ONE_FILE

int beside_find(const char *name, char *path, size_t room)
{
	return streq(name, "unfin-blame") && snprintf(path, room, "/proc/self/exe") < (int)room ? 0 : -ENOENT;
}

void beside_start(const struct command *c, char **argv)
{
}

#else

#ifndef UNFIN_LIBEXEC
#define UNFIN_LIBEXEC "/usr/libexec/unfin"
#endif

static ssize_t read_self(char self[PATH_BYTES])
{
	ssize_t length = readlink("/proc/self/exe", self, PATH_BYTES - 1);

	self[length > 0 ? length : 0] = '\0';
	return length;
}

/* Root may run us from a folder where anybody may put a file of that name, as /tmp: it must belong to root, to us or to
 * who owns this program; and so must a link to it. */
static bool is_trusted(const struct stat *st, const struct stat *self)
{
	bool ours = st->st_uid == 0 || st->st_uid == geteuid() || st->st_uid == self->st_uid;

	return ours && (S_ISLNK(st->st_mode) || (S_ISREG(st->st_mode) && !(st->st_mode & S_IWOTH)));
}

static bool is_in(const char *folder, size_t length, const char *name, char *path, size_t room)
{
	struct stat self, link, file;

	return snprintf(path, room, "%.*s/%s", (int)length, folder, name) < (int)room &&
	       !stat("/proc/self/exe", &self) && !lstat(path, &link) && !stat(path, &file) &&
	       is_trusted(&link, &self) && is_trusted(&file, &self) && !access(path, X_OK);
}

/* The folder of this program, or that where it would be installed. */
int beside_find(const char *name, char *path, size_t room)
{
	char self[PATH_BYTES];
	const char *slash = read_self(self) > 0 ? strrchr(self, '/') : NULL;

	if (slash && (is_in(self, (size_t)(slash - self), name, path, room) ||
	              is_in(UNFIN_LIBEXEC, strlen(UNFIN_LIBEXEC), name, path, room)))
		return 0;
	return -ENOENT;
}

void beside_start(const struct command *c, char **argv)
{
	char self[PATH_BYTES], path[PATH_BYTES];
	const char *slash = read_self(self) > 0 ? strrchr(self, '/') : NULL;

	if (!slash || (c->beside_too && streq(slash + 1, c->beside_too)))
		return;
	if (!streq(slash + 1, c->beside) && !beside_find(c->beside, path, sizeof(path)))
		execv(path, argv);
}

#endif
