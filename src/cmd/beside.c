#include "beside.h"
#include <errno.h>

#ifndef UNFIN_LIBEXEC
#define UNFIN_LIBEXEC "/usr/libexec/unfin"
#endif

enum { PATH_BYTES = 4096 };

static ssize_t read_self(char self[PATH_BYTES])
{
	ssize_t length = readlink("/proc/self/exe", self, PATH_BYTES - 1);

	self[length > 0 ? length : 0] = '\0';
	return length;
}

static bool is_in(const char *folder, size_t length, const char *name, char *path, size_t room)
{
	return snprintf(path, room, "%.*s/%s", (int)length, folder, name) < (int)room && !access(path, X_OK);
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

	if (slash && !streq(slash + 1, c->beside) && !beside_find(c->beside, path, sizeof(path)))
		execv(path, argv);
}
