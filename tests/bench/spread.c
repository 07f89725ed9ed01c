/* spread NAMESPACES SOCKETS COMMAND...: runs the command beside so many network namespaces, each held by a
 * process of its own with so many listening sockets. All of them end with the command. */
#include "base/util.h"
#include <arpa/inet.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

static void hold(int ready, int sockets)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (unshare(CLONE_NEWNET))
		_exit(1);
	for (int i = 0; i < sockets; i++) {
		struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons((uint16_t)(4000 + i)) };
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		if (bind(fd, (struct sockaddr *)&any, sizeof(any)) || listen(fd, 8))
			_exit(1);
	}
	if (write(ready, "+", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	int namespaces = argc > 3 ? atoi(argv[1]) : -1, ready[2], status = 1;
	char plus;

	if (namespaces < 0 || pipe(ready))
		return 2;
	pid_t *children = calloc((size_t)namespaces + 1, sizeof(*children));
	for (int i = 0; i < namespaces; i++) {
		children[i] = fork();
		if (children[i] == 0)
			hold(ready[1], atoi(argv[2]));
	}
	close(ready[1]);
	for (int i = 0; i < namespaces; i++)
		if (read(ready[0], &plus, 1) != 1)
			return 1;
	pid_t pid = fork();
	if (pid == 0) {
		execvp(argv[3], argv + 3);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	for (int i = 0; i < namespaces; i++) {
		kill(children[i], SIGKILL);
		waitpid(children[i], NULL, 0);
	}
	free(children);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
