/* Who lives how long. Three generations: the one the user started (it stays outside), the keeper (it enters
 * the namespace, makes the fault and runs the command), and the fault's processes with the command.
 *
 * However it ends, nothing stays: the keeper ends its whole family; if the first is killed, the kernel tells
 * the keeper; if the keeper is killed, the first ends the family, which is its own by adoption; if both are
 * killed at once, the kernel kills the children, as each of them asked it to. */
#include "lab/kit/maker.h"
#include "lab/kit/family.h"
#include "lab/kit/ledger.h"
#include "base/clock.h"
#include "base/log.h"
#include "cmd/status.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

enum { STATUS_NOT_FOUND = 127, STATUS_NOT_EXECUTABLE = 126, STATUS_SIGNAL = 128, GRACE_MS = 2000 };

struct keeper {
	struct lab lab;
	const struct lab_run *how;
	sigset_t mask_before; /* what the command gets back */
	pid_t first;          /* the process the user started */
	pid_t command;
	uint64_t kill_at_ns; /* when the command was told to end and has not; 0: it was not told */
};

static int signals_open(sigset_t *ret_before)
{
	sigset_t ours;

	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGHUP);
	sigaddset(&ours, SIGCHLD);
	sigprocmask(SIG_BLOCK, &ours, ret_before);
	return signalfd(-1, &ours, SFD_CLOEXEC);
}

static int status_of(int wait_status)
{
	return WIFSIGNALED(wait_status) ? STATUS_SIGNAL + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

/* The word `unfin` means this very program, wherever it was built or copied to. */
static void command_exec(const struct keeper *k, pid_t keeper)
{
	char *const own[] = { (char *)"unfin", (char *)"check", NULL }, *const *argv =
	                                                                        k->how->command ? k->how->command : own;
	bool self = streq(argv[0], "unfin");

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != keeper)
		_exit(STATUS_UNABLE);
	sigprocmask(SIG_SETMASK, &k->mask_before, NULL);
	setenv("UNFIN_NETNS", "self", 1);
	execvp(self ? "/proc/self/exe" : argv[0], argv);
	log_error("lab: cannot run %s: %s", argv[0], strerror(errno));
	_exit(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE);
}

/* SIGINT from the terminal reaches the command by itself; one that was sent to us alone is passed on. */
static void keeper_signal(struct keeper *k, const struct signalfd_siginfo *info)
{
	bool parent_gone = getppid() != k->first;

	if (info->ssi_signo == SIGINT && info->ssi_code == SI_KERNEL)
		return;
	kill(k->command, parent_gone ? SIGKILL : (int)info->ssi_signo);
	if (info->ssi_signo != SIGINT && !k->kill_at_ns)
		k->kill_at_ns = clock_monotonic_ns() + GRACE_MS * NS_PER_MS;
}

/* A command that was told to end may think about it for a while, not for ever. */
static int command_wait(struct keeper *k)
{
	struct pollfd signals = { .fd = k->lab.signals, .events = POLLIN };
	struct signalfd_siginfo info;
	int wait_status;

	while (waitpid(k->command, &wait_status, WNOHANG) != k->command) {
		if (k->kill_at_ns && clock_monotonic_ns() > k->kill_at_ns)
			kill(k->command, SIGKILL);
		if (poll(&signals, 1, k->kill_at_ns ? GRACE_MS / 10 : -1) == 1 &&
		    read(k->lab.signals, &info, sizeof(info)) == sizeof(info) && info.ssi_signo != SIGCHLD)
			keeper_signal(k, &info);
	}
	return status_of(wait_status);
}

static int command_run(struct keeper *k)
{
	pid_t self = getpid();

	fflush(NULL);
	k->command = fork();
	if (k->command < 0)
		return lab_failed("fork", -errno), STATUS_UNABLE;
	if (!k->command)
		command_exec(k, self);
	return command_wait(k);
}

static void stay(struct keeper *k)
{
	struct signalfd_siginfo info;

	fprintf(stderr, "lab: the fault stands until Ctrl-C. In another terminal: unfin check --netns %d\n",
	        (int)getpid());
	while (read(k->lab.signals, &info, sizeof(info)) == sizeof(info) && info.ssi_signo == SIGCHLD)
		;
}

static int fault_make(struct keeper *k)
{
	struct lab *lab = &k->lab;
	int error = namespace_enter_new();

	if (error == -EPERM) {
		log_error("lab: making a network namespace needs root");
		log_hint("sudo unfin lab %s", lab->fault->name);
		return error;
	}
	if (error)
		return lab_failed("a network namespace", error);
	error = board_new(&lab->board, &lab->board_fd);
	if (!error)
		lab->board->has_ledger = lab->ledger_fd >= 0;
	if (error)
		return lab_failed("shared memory", error);
	error = lab->fault->make(lab);
	return error ? error : lab_ripen(lab, k->how->age_ms);
}

/* The keeper: returns the exit status. */
static int keeper_main(struct keeper *k)
{
	const struct lab_fault *fault = k->lab.fault;
	int status;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != k->first)
		return STATUS_UNABLE;
	prctl(PR_SET_NAME, "lab-keeper");
	family_adopts_orphans();
	if (!k->how->quiet)
		fprintf(stderr, "lab: making %s (--seed %llu)\n", fault->name, (unsigned long long)k->lab.seed);
	if (!k->how->command)
		printf("%s: %s\n\n%s\n", fault->name, fault->title, fault->story);
	fflush(stdout);
	int error = fault_make(k);
	if (k->lab.interrupted)
		status = STATUS_SIGNAL + k->lab.interrupted;
	else if (error)
		status = STATUS_UNABLE;
	else
		status = command_run(k);
	if (!error && k->how->stay)
		stay(k);
	family_end();
	return status;
}

/* The first: passes signals on and waits. */
static int first_wait(pid_t keeper, int signals)
{
	struct signalfd_siginfo info;
	int wait_status;

	for (;;) {
		if (waitpid(keeper, &wait_status, WNOHANG) == keeper)
			return status_of(wait_status);
		if (read(signals, &info, sizeof(info)) != sizeof(info) || info.ssi_signo == SIGCHLD)
			continue;
		if (info.ssi_signo != SIGINT || info.ssi_code != SI_KERNEL)
			kill(keeper, (int)info.ssi_signo);
	}
}

int lab_run(const struct lab_fault *fault, const struct lab_run *how)
{
	struct keeper k = { .lab = { .fault = fault,
		                     .seed = how->seed,
		                     .count = how->count,
		                     .board_fd = -1,
		                     .ledger_fd = -1,
		                     .far_fd = -1,
		                     .directory = how->directory },
		            .how = how,
		            .first = getpid() };

	fflush(NULL);
	k.lab.signals = signals_open(&k.mask_before);
	if (k.lab.signals < 0)
		return lab_failed("signals", -errno), STATUS_UNABLE;
	k.lab.ledger_fd = how->ledger ? ledger_open(how->ledger) : -1;
	if (how->ledger && k.lab.ledger_fd < 0)
		return lab_failed("the ledger", k.lab.ledger_fd), STATUS_UNABLE;
	family_adopts_orphans();
	pid_t keeper = fork();
	if (keeper < 0)
		return lab_failed("fork", -errno), STATUS_UNABLE;
	if (!keeper) {
		int status = keeper_main(&k);
		fflush(NULL);
		_exit(status);
	}
	int status = first_wait(keeper, k.lab.signals);
	family_end();
	return status;
}
