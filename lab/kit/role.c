#include "lab/kit/role.h"
#include "lab/kit/ledger.h"
#include "lab/kit/ticket.h"
#include "base/clock.h"
#include "base/json.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>

enum { FILES_MOST = 20000 };

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

void role_failed(struct role *r, const char *call, int error)
{
	TEXT_CLEANUP line = { 0 };
	struct json j = JSON(&line, false);

	if (r->row->failed++ || r->ledger_fd < 0)
		return;
	json_object_begin(&j, NULL);
	json_text(&j, "event", "first_failure");
	json_i64(&j, "pid", getpid());
	json_text(&j, "call", call);
	json_text(&j, "errno", strerrorname_np(-error));
	json_u64(&j, "at_unix_ms", clock_unix_ms());
	json_bool(&j, "late", r->board->late);
	json_object_end(&j);
	text_flush(&line, r->ledger_fd);
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

void role_limit_files(unsigned most)
{
	struct rlimit files;

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = MIN((rlim_t)most, files.rlim_max);
	setrlimit(RLIMIT_NOFILE, &files);
}

void role_inherited(int fd)
{
	fcntl(fd, F_SETFD, 0);
}

pid_t role_spawn(struct role *r, const char *name)
{
	const struct lab_role *role = lab_role_find(r->fault, name);
	pid_t parent = getpid(), pid = role_fork(r, name);

	if (pid)
		return pid;
	role_inherited(BOARD_FD);
	if (r->ledger_fd >= 0)
		role_inherited(LEDGER_FD);
	lab_role_exec(r->fault, role,
	              &(struct lab_ticket){ .row = (unsigned)(r->row - r->board->rows),
	                                    .seed = r->seed,
	                                    .count = r->count,
	                                    .parent = parent });
	_exit(127);
}

struct pace pace_per_s(const struct role *r, double per_s)
{
	return (struct pace){ .gap_ns = (uint64_t)((double)NS_PER_S / per_s),
		              .stream = r->seed + r->index,
		              .board = r->board };
}

/* Gaps of 60 to 140%: the mean is kept, because the next one counts from when this one was due. One that
 * fell far behind does not catch up in a burst. */
bool pace_wait(struct pace *p)
{
	uint64_t now = clock_monotonic_ns();

	if (p->next_ns + NS_PER_S < now) {
		p->board->late |= p->next_ns > 0;
		p->next_ns = now;
	}
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
	return getenv(LAB_TICKET) && board_is_there(BOARD_FD);
}

int lab_role_main(void)
{
	char fault_name[64], role_name[32];
	struct lab_ticket t;
	struct role r = { .ledger_fd = -1 };

	if (sscanf(getenv(LAB_TICKET), LAB_TICKET_SCAN, fault_name, role_name, &t.index, &t.row, &t.seed, &t.count,
	           &t.parent) != 7)
		return 2;
	die_with(t.parent);
	r.fault = lab_find(fault_name);
	r.what = r.fault ? lab_role_find(r.fault, role_name) : NULL;
	if (!r.what || t.row >= BOARD_ROWS || board_open(BOARD_FD, &r.board))
		return 2;
	fcntl(BOARD_FD, F_SETFD, FD_CLOEXEC);
	prctl(PR_SET_NAME, role_name);
	r.seed = t.seed;
	r.count = t.count;
	r.index = t.index;
	r.row = &r.board->rows[t.row];
	if (r.board->has_ledger) {
		r.ledger_fd = LEDGER_FD;
		fcntl(LEDGER_FD, F_SETFD, FD_CLOEXEC);
	}
	unsetenv(LAB_TICKET);
	role_limit_files(FILES_MOST);
	r.what->run(&r);
	return 0;
}
