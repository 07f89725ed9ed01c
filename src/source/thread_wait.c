#include "thread_wait.h"
#include "base/file.h"
#include <sys/syscall.h>

enum kind { KIND_EVENT, KIND_LOCK, KIND_DESCRIPTOR }; /* KIND_DESCRIPTOR: depends on what its first argument is */

static const struct {
	int number;
	enum kind kind;
	const char *name;
} calls[] = {
#define CALL(name, kind)                                                                                               \
	{                                                                                                              \
		SYS_##name, kind, #name                                                                                \
	}
#ifdef SYS_poll
	CALL(poll, KIND_EVENT),
	CALL(select, KIND_EVENT),
	CALL(epoll_wait, KIND_EVENT),
	CALL(pause, KIND_EVENT),
#endif
	CALL(ppoll, KIND_EVENT),
	CALL(pselect6, KIND_EVENT),
	CALL(epoll_pwait, KIND_EVENT),
	CALL(epoll_pwait2, KIND_EVENT),
	CALL(accept, KIND_EVENT),
	CALL(accept4, KIND_EVENT),
	CALL(connect, KIND_EVENT),
	CALL(recvfrom, KIND_EVENT),
	CALL(recvmsg, KIND_EVENT),
	CALL(recvmmsg, KIND_EVENT),
	CALL(sendto, KIND_EVENT),
	CALL(sendmsg, KIND_EVENT),
	CALL(nanosleep, KIND_EVENT),
	CALL(clock_nanosleep, KIND_EVENT),
	CALL(wait4, KIND_EVENT),
	CALL(waitid, KIND_EVENT),
	CALL(rt_sigtimedwait, KIND_EVENT),
	CALL(rt_sigsuspend, KIND_EVENT),
	CALL(io_uring_enter, KIND_EVENT),
	CALL(io_getevents, KIND_EVENT),
	CALL(restart_syscall, KIND_EVENT),
	CALL(futex, KIND_LOCK),
	CALL(flock, KIND_LOCK),
	CALL(fcntl, KIND_LOCK),
	CALL(semop, KIND_LOCK),
	CALL(semtimedop, KIND_LOCK),
	CALL(msgrcv, KIND_LOCK),
	CALL(read, KIND_DESCRIPTOR),
	CALL(readv, KIND_DESCRIPTOR),
	CALL(write, KIND_DESCRIPTOR),
	CALL(writev, KIND_DESCRIPTOR),
	CALL(splice, KIND_DESCRIPTOR),
#undef CALL
};

/* A pipe is fed by another process: it waits as for a lock. A socket, a terminal, an eventfd bring work. */
static enum thread_wait descriptor_wait(uint32_t pid, unsigned long fd)
{
	char path[64], target[64];

	snprintf(path, sizeof(path), "/proc/%u/fd/%lu", pid, fd);
	ssize_t n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return WAIT_OTHER;
	target[n] = '\0';
	return starts_with(target, "pipe:") ? WAIT_LOCK : WAIT_EVENT;
}

enum thread_wait thread_wait_of(int dir, uint32_t pid, char state, int *ret_syscall)
{
	TEXT_CLEANUP text = { 0 };
	unsigned long first;
	int number;

	*ret_syscall = -1;
	if (state == 'D')
		return WAIT_DISK;
	/* "running", "-1 …" outside a call, or the number and its arguments. */
	if (file_read_at(dir, "syscall", 256, &text) || sscanf(text.bytes, "%d 0x%lx", &number, &first) != 2 ||
	    number < 0)
		return state == 'R' ? WAIT_NONE : WAIT_OTHER;
	*ret_syscall = number;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		if (calls[i].number != number)
			continue;
		if (calls[i].kind == KIND_DESCRIPTOR)
			return descriptor_wait(pid, first);
		return calls[i].kind == KIND_LOCK ? WAIT_LOCK : WAIT_EVENT;
	}
	return WAIT_OTHER;
}

const char *thread_wait_syscall(int number)
{
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		if (calls[i].number == number)
			return calls[i].name;
	return NULL;
}
