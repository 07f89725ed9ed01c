#include "lab/kit/maker.h"
#include "lab/kit/ticket.h"
#include "base/clock.h"
#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { PAUSE_MS = 40 };

int lab_failed(const char *what, int error)
{
	log_error("lab: %s: %s", what, strerror(-error));
	return error;
}

int lab_sysctl(struct lab *lab, const char *name, const char *value)
{
	int error = sysctl_write(name, "%s", value);

	(void)lab;
	return error ? lab_failed(name, error) : 0;
}

int lab_range(struct lab *lab, unsigned first, unsigned count)
{
	char range[32];

	snprintf(range, sizeof(range), "%u %u", first, first + count - 1);
	return lab_sysctl(lab, "net.ipv4.ip_local_port_range", range);
}

void lab_phase(struct lab *lab, uint32_t phase)
{
	lab->board->phase = phase;
}

double lab_oldest_s(const struct lab *lab)
{
	uint64_t first_ns = lab->board->first_ns;

	return first_ns ? (double)(clock_monotonic_ns() - first_ns) / (double)NS_PER_S : 0;
}

static unsigned lab_slot(const struct lab *lab, const char *role)
{
	unsigned slot = 0;

	while (slot + 1 < lab->started && !streq(lab->roles[slot].name, role))
		slot++;
	return slot;
}

const struct board_row *lab_row(const struct lab *lab, const char *role)
{
	return &lab->board->rows[lab_slot(lab, role)];
}

uint64_t lab_deadline_ns(unsigned limit_s)
{
	return clock_monotonic_ns() + limit_s * NS_PER_S;
}

/* Nothing is waited for here that could miss a signal: Ctrl-C ends the making at once. */
static int lab_look_at_signals(struct lab *lab)
{
	struct pollfd signals = { .fd = lab->signals, .events = POLLIN };
	struct signalfd_siginfo info;

	if (poll(&signals, 1, PAUSE_MS) <= 0 || read(lab->signals, &info, sizeof(info)) != sizeof(info))
		return 0;
	if (info.ssi_signo == SIGCHLD)
		return 0; /* lab_look_at_roles() sees it */
	lab->interrupted = (int)info.ssi_signo;
	return -EINTR;
}

/* A role that ended by itself says why on the board; one that was killed cannot. */
static int lab_look_at_roles(struct lab *lab)
{
	siginfo_t ended = { 0 };

	if (lab->board->wrong) {
		log_error("lab: %s", lab->board->error);
		return -ECHILD;
	}
	for (unsigned i = 0; i < lab->started; i++)
		if (!waitid(P_PID, (id_t)lab->roles[i].pid, &ended, WEXITED | WNOHANG | WNOWAIT) && ended.si_pid) {
			log_error("lab: %s ended too early (%s %d)", lab->roles[i].name,
			          ended.si_code == CLD_EXITED ? "status" : "signal", ended.si_status);
			return -ECHILD;
		}
	return 0;
}

int lab_pause(struct lab *lab, uint64_t end_ns, const char *what)
{
	int error = lab_look_at_signals(lab);

	if (!error)
		error = lab_look_at_roles(lab);
	if (!error && clock_monotonic_ns() > end_ns) {
		log_error("lab: %s does not come about here: %s", lab->fault->name, what);
		error = -ETIMEDOUT;
	}
	return error;
}

int lab_host_find(const struct lab *lab, const char *name)
{
	for (size_t i = 0; i < lab->host_count; i++)
		if (streq(lab->hosts[i].name, name))
			return lab->hosts[i].fd;
	return -1;
}

/* A daemon of its own: no terminal, and no descriptor of ours but the board and the ledger. Ctrl-C on the terminal is
 * for the command, not for the fault: hence a session of its own. */
static void role_child(const struct lab *lab, const struct lab_role *role, const struct lab_ticket *ticket)
{
	int null = open("/dev/null", O_RDWR);
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != ticket->parent || (role->far && setns(lab->far_fd, CLONE_NEWNET)) ||
	    (role->host && setns(lab_host_find(lab, role->host), CLONE_NEWNET)))
		_exit(1);
	setsid();
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	int board = fcntl(lab->board_fd, F_DUPFD, LEDGER_FD + 1),
	    ledger = fcntl(lab->ledger_fd, F_DUPFD, LEDGER_FD + 1);
	dup2(board, BOARD_FD);
	if (lab->ledger_fd >= 0)
		dup2(ledger, LEDGER_FD);
	syscall(SYS_close_range, (unsigned)(lab->ledger_fd < 0 ? LEDGER_FD : LEDGER_FD + 1), ~0U, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	lab_role_exec(lab->fault, role, ticket);
	_exit(127);
}

int lab_ripen(struct lab *lab, uint64_t ms)
{
	uint64_t end_ns = clock_monotonic_ns() + ms * NS_PER_MS;
	int error = 0;

	while (!error && clock_monotonic_ns() < end_ns)
		error = lab_pause(lab, UINT64_MAX, "");
	return error;
}

static int role_start(struct lab *lab, const struct lab_role *role, unsigned index)
{
	struct lab_ticket ticket = {
		.index = index, .row = lab->started, .seed = lab->seed, .count = lab->count, .parent = getpid()
	};

	if (lab->started == BOARD_ROWS)
		return lab_failed(role->name, -E2BIG);
	pid_t pid = fork();
	if (pid < 0)
		return lab_failed("fork", -errno);
	if (!pid)
		role_child(lab, role, &ticket);
	struct board_row *row = &lab->board->rows[lab->started];
	lab->roles[lab->started].name = role->name;
	lab->roles[lab->started++].pid = pid;
	return lab_until(lab, 10, row->ready);
}

int lab_start_many(struct lab *lab, const char *name, unsigned count)
{
	const struct lab_role *role = lab_role_find(lab->fault, name);
	int error = role ? 0 : lab_failed(name, -ESRCH);

	for (unsigned i = 0; !error && i < count; i++)
		error = role_start(lab, role, i);
	return error;
}

int lab_start(struct lab *lab, const char *role)
{
	return lab_start_many(lab, role, 1);
}

int lab_start_each(struct lab *lab, ...)
{
	const char *role;
	va_list roles;
	int error = 0;

	va_start(roles, lab);
	while (!error && (role = va_arg(roles, const char *)))
		error = lab_start(lab, role);
	va_end(roles);
	return error;
}
