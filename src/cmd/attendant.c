#include "attendant.h"
#include "base/file.h"
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

static void become(int fd, attendant_work *work, const void *context)
{
	file_keep_only(fd);
	setpgid(0, 0); /* Ctrl-C is for us: this one ends when we do */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	work(fd, context);
	_exit(0);
}

int attendant_start(struct attendant *a, const int ends[2], attendant_work *work, const void *context)
{
	pid_t pid = fork();

	if (!pid) {
		close(ends[1]);
		become(ends[0], work, context);
	}
	int err = pid < 0 ? -errno : 0;
	close(ends[0]);
	if (err)
		close(ends[1]);
	else
		*a = (struct attendant){ pid, ends[1] };
	return err;
}

void attendant_end(struct attendant *a)
{
	if (a->fd < 0)
		return;
	close(a->fd);
	while (waitpid(a->pid, NULL, 0) < 0 && errno == EINTR)
		;
	*a = (struct attendant)ATTENDANT_NONE;
}
