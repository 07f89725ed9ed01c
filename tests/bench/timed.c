/* timed RUNS COMMAND...: runs it so often, its output to nowhere, and prints
 * "WALL_MS USER_MS SYSTEM_MS PEAK_KIB": each the median of all runs, the peak the largest. */
#include "base/clock.h"
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum { RUNS_MOST = 1000 };

struct times {
	double wall[RUNS_MOST], user[RUNS_MOST], system[RUNS_MOST];
	long peak_kib;
};

static double ms_of(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

static int compare(const void *a, const void *b)
{
	return CMP(*(const double *)a, *(const double *)b);
}

static double median(double *values, int count)
{
	qsort(values, (size_t)count, sizeof(*values), compare);
	return values[count / 2];
}

static void run_once(char **argv, struct times *t, int i)
{
	uint64_t began = clock_monotonic_ns();
	struct rusage used;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);
		dup2(null, STDOUT_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	wait4(pid, &status, 0, &used);
	if (!WIFEXITED(status) || WEXITSTATUS(status) > 3) {
		fprintf(stderr, "timed: %s ended with status %#x\n", argv[0], (unsigned)status);
		exit(1);
	}
	t->wall[i] = (double)(clock_monotonic_ns() - began) / 1e6;
	t->user[i] = ms_of(used.ru_utime);
	t->system[i] = ms_of(used.ru_stime);
	t->peak_kib = MAX(t->peak_kib, used.ru_maxrss);
}

int main(int argc, char **argv)
{
	static struct times t;
	int runs = argc > 2 ? atoi(argv[1]) : 0;

	if (runs < 1 || runs > RUNS_MOST)
		return 2;
	for (int i = 0; i < runs; i++)
		run_once(argv + 2, &t, i);
	printf("%.1f %.1f %.1f %ld\n", median(t.wall, runs), median(t.user, runs), median(t.system, runs), t.peak_kib);
	return 0;
}
