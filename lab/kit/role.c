#include "lab/kit/role.h"
#include "lab/kit/ledger.h"
#include "base/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/prctl.h>
#include <time.h>

enum { BOARD_FD = 3 };

void sleep_ms(uint64_t ms)
{
	struct timespec t = { .tv_sec = (time_t)(ms / MS_PER_S), .tv_nsec = (long)(ms % MS_PER_S * NS_PER_MS) };

	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &t, &t) == EINTR)
		;
}

void role_ready(struct role *r)
{
	r->row->ready = true;
}

void role_fail(struct role *r, int error, const char *what)
{
	if (!atomic_exchange(&r->board->wrong, true))
		snprintf(r->board->error, sizeof(r->board->error), "%s: %s: %s", r->what->name, what, strerror(-error));
	_exit(1);
}

void role_rest(void)
{
	for (;;)
		pause();
}

void role_wait_phase(const struct role *r, uint32_t phase)
{
	while (r->board->phase < phase)
		sleep_ms(5);
}

void role_keep(struct role *r, int fd, const char *state)
{
	uint64_t none = 0;

	if (!r->board->first_ns)
		atomic_compare_exchange_strong(&r->board->first_ns, &none, clock_monotonic_ns());
	r->row->held++;
	if (r->ledger_fd >= 0)
		ledger_add(r->ledger_fd, fd, state);
}

int role_need(struct role *r, int fd, const char *what)
{
	if (fd < 0)
		role_fail(r, fd, what);
	return fd;
}

/* The parent may be gone before the kernel was told whose end to watch. */
static void die_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
}

pid_t role_fork(struct role *r, const char *name)
{
	pid_t parent = getpid(), pid = fork();

	if (pid < 0)
		role_fail(r, -errno, "fork");
	if (!pid) {
		die_with(parent);
		prctl(PR_SET_NAME, name);
	}
	return pid;
}

struct pace pace_per_s(const struct role *r, double per_s)
{
	return (struct pace){ .gap_ns = (uint64_t)((double)NS_PER_S / per_s), .stream = r->seed + r->index };
}

/* Gaps of 60 to 140%: the mean is kept, because the next one counts from when this one was due. One that
 * fell far behind does not catch up in a burst. */
bool pace_wait(struct pace *p)
{
	uint64_t now = clock_monotonic_ns();

	if (p->next_ns + NS_PER_S < now)
		p->next_ns = now;
	if (p->next_ns > now) {
		struct timespec t = { .tv_sec = (time_t)(p->next_ns / NS_PER_S),
			              .tv_nsec = (long)(p->next_ns % NS_PER_S) };
		while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
			;
	}
	p->next_ns += p->gap_ns * seed_next(&p->stream, 60, 140) / 100;
	return true;
}

bool lab_is_role(void)
{
	return getenv("UNFIN_LAB_ROLE");
}

/* "incident fetch-profiles 0 3 812 0 4711": fault, role, its index, row on the board, seed, count, parent. */
int lab_role_main(void)
{
	char fault_name[64], role_name[32];
	unsigned index, row;
	unsigned long long seed, count;
	int parent;
	struct role r = { .ledger_fd = -1 };

	if (sscanf(getenv("UNFIN_LAB_ROLE"), "%63s %31s %u %u %llu %llu %d", fault_name, role_name, &index, &row, &seed,
	           &count, &parent) != 7)
		return 2;
	die_with(parent);
	const struct lab_fault *fault = lab_find(fault_name);
	for (size_t i = 0; fault && i < LAB_ROLES && fault->roles[i].name; i++)
		if (streq(fault->roles[i].name, role_name))
			r.what = &fault->roles[i];
	if (!r.what || row >= BOARD_ROWS || board_open(BOARD_FD, &r.board))
		return 2;
	close(BOARD_FD);
	prctl(PR_SET_NAME, role_name);
	r.seed = seed;
	r.count = count;
	r.index = index;
	r.row = &r.board->rows[row];
	if (getenv("UNFIN_LAB_LEDGER"))
		r.ledger_fd = role_need(&r, ledger_open(getenv("UNFIN_LAB_LEDGER")), "the ledger");
	unsetenv("UNFIN_LAB_ROLE");
	r.what->run(&r);
	return 0;
}
