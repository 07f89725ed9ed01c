/* traced SECONDS: what a program that connects and closes as fast as it can loses while something is attached. Rounds
 * of slices of so many seconds: with nothing, with the two bare tracepoints ("floor"), with what counts all the time
 * ("counted"), and with all that `check` watches with ("watched"), each round in another order, so that drift of the
 * machine falls on all.
 * Prints a line "NAME LOW MEDIAN KERNEL_NS RATE" for each of the three: the ratio of its rate to that with nothing in
 * the same round (its median, and the lower end of the median's 95% interval), the processor time that it adds to a
 * connection (median), and connections a second without it. Then a line "runs COUNTED BARE MORE EACH": what
 * the kernel itself counts, in ns (medians), of a connection's runs of the programs that count, of two empty ones,
 * their difference, which a busy machine moves least; and of one run of those that count. With --runs, this line alone.
 * Processor time is all of it, for the loop's own process carries both ends, the softirqs of loopback and the kernel
 * programs. */
#include "base/clock.h"
#include "connection.h"
#include "floor.skel.h"
#include "trace/counts.h"
#include "trace/events.h"
#include <bpf/bpf.h>
#include <time.h>

/* The median lies above the tenth smallest of thirty in 98% of all cases, whatever the distribution: binomial(30, 1/2)
 * is below 10 in 2%. */
enum { ROUNDS = 30, LOW = 9 };
enum { NOTHING, FLOOR, COUNTED, WATCHED, KINDS };

static const char *const names[KINDS] = { "nothing", "floor", "counted", "watched" };

struct slice {
	double per_s, cpu_ns; /* connections; of one of them */
};

struct attached {
	struct floor_bpf *floor;
	struct counts *counts;
	struct events *events;
};

static uint64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static void attach(int kind, struct arena *arena, struct attached *ret)
{
	struct gap why = { .what = names[kind], .why = "it could not be attached" };
	const struct hook_options usual = { 0 };
	bool fine = true;

	if (kind == FLOOR) {
		ret->floor = floor_bpf__open_and_load();
		fine = ret->floor && !floor_bpf__attach(ret->floor);
	} else if (kind == COUNTED) {
		fine = !counts_open(&usual, &ret->counts);
	} else if (kind == WATCHED) {
		fine = !events_open(arena, &usual, &ret->events, &why);
	}
	if (fine)
		return;
	fprintf(stderr, "traced: %s: %s\n", why.what, why.why);
	exit(1);
}

static void detach(struct attached *a)
{
	floor_bpf__destroy(a->floor);
	counts_close(a->counts);
	events_close(a->events);
}

static struct slice slice_run(const struct loop *loop, double seconds)
{
	uint64_t began_ns = clock_monotonic_ns(), now_ns = began_ns, cpu_began_ns = cpu_ns(), count = 0;
	uint64_t end_ns = began_ns + (uint64_t)(seconds * NS_PER_S);

	for (; now_ns < end_ns; now_ns = clock_monotonic_ns(), count++)
		loop_connect_ns(loop);
	return (struct slice){ .per_s = (double)count * NS_PER_S / (double)(now_ns - began_ns),
		               .cpu_ns = (double)(cpu_ns() - cpu_began_ns) / (double)count };
}

static struct slice slice_of(int kind, const struct loop *loop, double seconds)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct attached attached = { 0 };

	attach(kind, arena, &attached);
	struct slice slice = slice_run(loop, seconds);
	detach(&attached);
	return slice;
}

static int compare(const void *a, const void *b)
{
	return CMP(*(const double *)a, *(const double *)b);
}

static void print_kind(int kind, struct slice rounds[ROUNDS][KINDS])
{
	double ratios[ROUNDS], added_ns[ROUNDS], per_s[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		ratios[i] = rounds[i][kind].per_s / rounds[i][NOTHING].per_s;
		added_ns[i] = rounds[i][kind].cpu_ns - rounds[i][NOTHING].cpu_ns;
		per_s[i] = rounds[i][NOTHING].per_s;
	}
	qsort(ratios, ROUNDS, sizeof(*ratios), compare);
	qsort(added_ns, ROUNDS, sizeof(*added_ns), compare);
	qsort(per_s, ROUNDS, sizeof(*per_s), compare);
	printf("%s %.4f %.4f %.0f %.0f\n", names[kind], ratios[LOW], ratios[ROUNDS / 2], added_ns[ROUNDS / 2],
	       per_s[ROUNDS / 2]);
}

static struct hook_cost run_time(const int *programs, size_t count)
{
	struct hook_cost cost = { 0 };

	for (size_t i = 0; i < count; i++) {
		struct bpf_prog_info info = { 0 };
		uint32_t size = sizeof(info);
		if (bpf_obj_get_info_by_fd(programs[i], &info, &size))
			continue;
		cost.runs += info.run_cnt;
		cost.ns += info.run_time_ns;
	}
	return cost;
}

struct runs {
	double ns, each_ns; /* of one connection; of one run */
};

/* What the kernel itself counts of the runs of these programs. */
static struct runs runs_of(const int *programs, size_t count, const struct loop *loop, double seconds)
{
	double connections = slice_run(loop, seconds).per_s * seconds;
	struct hook_cost cost = run_time(programs, count);

	return (struct runs){ (double)cost.ns / connections, (double)cost.ns / (double)MAX(cost.runs, 1U) };
}

static struct runs counted_runs(const struct loop *loop, double seconds)
{
	const struct hook_options usual = { 0 };
	struct counts *counts;
	int programs[8];
	size_t count;

	if (counts_open(&usual, &counts))
		return (struct runs){ 0 };
	const struct hook_state *hooks = counts_hooks(counts, &count);
	for (size_t i = 0; i < count; i++)
		programs[i] = hooks[i].program;
	struct runs runs = runs_of(programs, count, loop, seconds);
	counts_close(counts);
	return runs;
}

static struct runs floor_runs(const struct loop *loop, double seconds)
{
	struct attached a = { 0 };

	attach(FLOOR, NULL, &a);
	const int programs[] = { bpf_program__fd(a.floor->progs.floor_state),
		                 bpf_program__fd(a.floor->progs.floor_destroyed) };
	struct runs runs = runs_of(programs, ARRAY_SIZE(programs), loop, seconds);
	detach(&a);
	return runs;
}

/* The kernel reads its clock twice a run, which is in both figures: their difference is what the programs do. */
static void print_runs(const struct loop *loop, double seconds)
{
	cleanup(cleanup_close) int stats = bpf_enable_stats(BPF_STATS_RUN_TIME);
	double counted[ROUNDS] = { 0 }, bare[ROUNDS] = { 0 }, more[ROUNDS] = { 0 }, each[ROUNDS] = { 0 };

	for (int i = 0; i < ROUNDS && stats >= 0; i++) {
		struct runs runs = counted_runs(loop, seconds);
		counted[i] = runs.ns;
		each[i] = runs.each_ns;
		bare[i] = floor_runs(loop, seconds).ns;
		more[i] = counted[i] - bare[i];
	}
	qsort(counted, ROUNDS, sizeof(*counted), compare);
	qsort(bare, ROUNDS, sizeof(*bare), compare);
	qsort(more, ROUNDS, sizeof(*more), compare);
	qsort(each, ROUNDS, sizeof(*each), compare);
	printf("runs %.0f %.0f %.0f %.0f\n", counted[ROUNDS / 2], bare[ROUNDS / 2], more[ROUNDS / 2], each[ROUNDS / 2]);
}

int main(int argc, char **argv)
{
	static struct slice rounds[ROUNDS][KINDS];

	if (argc < 2)
		return 2;
	struct loop loop = loop_open();
	double seconds = atof(argv[1]);
	slice_of(WATCHED, &loop, seconds); /* warm */
	for (int i = 0; i < ROUNDS && argc == 2; i++)
		for (int k = 0; k < KINDS; k++) {
			int kind = i % 2 ? KINDS - 1 - (k + i) % KINDS : (k + i) % KINDS;
			rounds[i][kind] = slice_of(kind, &loop, seconds);
		}
	for (int kind = FLOOR; kind < KINDS && argc == 2; kind++)
		print_kind(kind, rounds);
	print_runs(&loop, seconds);
	return 0;
}
