#include "lab/kit/family.h"
#include <dirent.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

void family_adopts_orphans(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* The name in /proc/PID/stat may hold anything, blanks and brackets too: the parent follows its last ')'. */
static pid_t parent_of(const char *pid)
{
	char path[64], line[256];
	int parent = 0;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	cleanup(cleanup_fclose) FILE *f = fopen(path, "re");
	if (!f || !fgets(line, sizeof(line), f))
		return 0;
	const char *name_end = strrchr(line, ')');
	return name_end && sscanf(name_end, ") %*c %d", &parent) == 1 ? parent : 0;
}

static void children_kill(void)
{
	DIR *proc = opendir("/proc");
	pid_t self = getpid();

	for (struct dirent *e; proc && (e = readdir(proc));)
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9' && parent_of(e->d_name) == self)
			kill(atoi(e->d_name), SIGKILL);
	if (proc)
		closedir(proc);
}

/* Orphans come up as their parents go: until there is nobody left. A pid cannot be reused in between,
 * because a child stays until it is waited for. */
void family_end(void)
{
	int left = 0;

	while (left >= 0) {
		children_kill();
		left = waitpid(-1, NULL, __WALL);
		while (left > 0)
			left = waitpid(-1, NULL, __WALL | WNOHANG);
	}
}
