#include "guard_looks.h"
#include "cmd/status.h"
#include "base/clock.h"
#include "base/file.h"
#include "source/proc.h"
#include <inttypes.h>
#include <sys/prctl.h>

enum {
	LOOK_MS = 100,
	SHARE = 4, /* of one processor */
	GENERATIONS_MOST = 64,
	STAT_BYTES = 4096,
};

void guard_looks_begin(struct guard_looks *l, uint32_t pid)
{
	l->pid = pid;
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

static uint32_t parent_of(uint32_t pid)
{
	TEXT_CLEANUP text = { 0 };
	struct proc_stat stat;
	char path[32];

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/stat", pid);
	return file_read(path, STAT_BYTES, &text) || proc_stat_parse(text.bytes, &stat) ? 0 : stat.ppid;
}

static bool is_ours(void *context, const struct process *p)
{
	const struct guard_looks *l = context;
	uint32_t self = (uint32_t)getpid(), pid = p->pid;

	for (unsigned i = 0; i < GENERATIONS_MOST && pid > 1; i++) {
		if (pid == l->pid)
			return true;
		pid = parent_of(pid);
		if (pid == self)
			return true;
	}
	return false;
}

static bool has_ended(void *context, uint32_t process)
{
	const struct guard_looks *l = context;

	return l->has_ended(l->context, process);
}

int guard_looks_last(struct guard_looks *l)
{
	moment_free(l->session->moment);
	l->session->moment = moment_new();
	int status = session_look(l->session);
	if (status == STATUS_OK)
		uses_look(l->uses, l->session->moment, l->names, is_ours, has_ended, l);
	return status;
}

int guard_looks_take(struct guard_looks *l)
{
	uint64_t began_ns = clock_monotonic_ns(), spent_ns = clock_spent_ns();

	if (began_ns < l->next_ns)
		return STATUS_OK;
	int status = guard_looks_last(l);
	l->next_ns = began_ns + MAX(LOOK_MS * NS_PER_MS, (clock_spent_ns() - spent_ns) * SHARE);
	return status;
}
