#include "beside.h"

#ifndef UNFIN_LIBEXEC
#define UNFIN_LIBEXEC "/usr/libexec/unfin"
#endif

enum { PATH_BYTES = 4096 };

/* The folder of this program, or that where it would be installed. */
static void start_in(const char *folder, size_t length, const char *name, char **argv)
{
	char path[PATH_BYTES];

	if (snprintf(path, sizeof(path), "%.*s/%s", (int)length, folder, name) < (int)sizeof(path))
		execv(path, argv);
}

void beside_start(const struct command *c, char **argv)
{
	char self[PATH_BYTES];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	const char *slash = length > 0 ? memrchr(self, '/', (size_t)length) : NULL;

	if (!slash)
		return;
	self[length] = '\0';
	if (streq(slash + 1, c->beside))
		return;
	start_in(self, (size_t)(slash - self), c->beside, argv);
	start_in(UNFIN_LIBEXEC, strlen(UNFIN_LIBEXEC), c->beside, argv);
}
