#include "thread_wait.h"
#include "base/file.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

enum kind {
	KIND_EVENT,
	KIND_LOCK,
	KIND_TIMED,      /* a lock, but with a time limit (fourth argument, a pointer) it is a sleep */
	KIND_DESCRIPTOR, /* depends on what its first argument is */
};

struct call {
	int number;
	enum kind kind;
	const char *name;
};

static const struct call calls[] = {
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
	CALL(close, KIND_EVENT), /* SO_LINGER: until the peer has taken what is left */
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
	CALL(futex, KIND_TIMED),
#ifdef SYS_futex_waitv
	CALL(futex_waitv, KIND_TIMED),
#endif
	CALL(flock, KIND_LOCK),
	CALL(fcntl, KIND_LOCK),
	CALL(semop, KIND_LOCK),
	CALL(semtimedop, KIND_TIMED),
	CALL(msgrcv, KIND_EVENT),
	CALL(mq_timedreceive, KIND_EVENT),
	CALL(read, KIND_DESCRIPTOR),
	CALL(readv, KIND_DESCRIPTOR),
	CALL(write, KIND_DESCRIPTOR),
	CALL(writev, KIND_DESCRIPTOR),
	CALL(splice, KIND_DESCRIPTOR),
#undef CALL
};

/* A pipe, named or not, is fed or emptied by another process: it waits as for a lock. A socket, a terminal, an
 * eventfd bring work. Nothing here may wait itself, as asking a dead file server would. */
static enum thread_wait descriptor_wait(uint32_t pid, unsigned long fd)
{
	char path[64], target[64];
	struct statx st;

	snprintf(path, sizeof(path), "/proc/%u/fd/%lu", pid, fd);
	ssize_t n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return WAIT_OTHER;
	target[n] = '\0';
	if (starts_with(target, "socket:") || starts_with(target, "anon_inode:"))
		return WAIT_EVENT;
	if (statx(AT_FDCWD, path, AT_STATX_DONT_SYNC, STATX_TYPE, &st))
		return WAIT_OTHER;
	return S_ISFIFO(st.stx_mode) ? WAIT_LOCK : S_ISCHR(st.stx_mode) ? WAIT_EVENT : WAIT_OTHER;
}

static const struct call *call_find(int number)
{
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		if (calls[i].number == number)
			return &calls[i];
	return NULL;
}

/* "running", "-1 …" outside a call, or the number and its arguments. */
static bool call_parse(const char *text, struct thread_call *ret)
{
	struct thread_call c;
	unsigned long *a = c.arguments;

	if (sscanf(text, "%d 0x%lx 0x%lx 0x%lx 0x%lx 0x%lx", &c.number, a, a + 1, a + 2, a + 3, a + 4) != 6 ||
	    c.number < 0)
		return false;
	*ret = c;
	return true;
}

enum thread_wait thread_wait_parse(const char *text, uint32_t pid, char state, struct thread_call *ret_call)
{
	*ret_call = (struct thread_call){ .number = -1 };
	if (state == 'D')
		return WAIT_DISK;
	if (!call_parse(text, ret_call))
		return state == 'R' ? WAIT_NONE : WAIT_OTHER;
	const struct call *call = call_find(ret_call->number);
	if (!call)
		return WAIT_OTHER;
	switch (call->kind) {
	case KIND_DESCRIPTOR:
		return descriptor_wait(pid, ret_call->arguments[0]);
	case KIND_TIMED:
		return ret_call->arguments[3] ? WAIT_EVENT : WAIT_LOCK;
	case KIND_LOCK:
		return WAIT_LOCK;
	default:
		return WAIT_EVENT;
	}
}

enum thread_wait thread_wait_of(int dir, uint32_t pid, char state, struct thread_call *ret_call)
{
	TEXT_CLEANUP text = { 0 };

	if (!file_read_at(dir, "syscall", 256, &text))
		return thread_wait_parse(text.bytes, pid, state, ret_call);
	*ret_call = (struct thread_call){ .number = -1 };
	return state == 'D' ? WAIT_DISK : state == 'R' ? WAIT_NONE : WAIT_UNKNOWN;
}

const char *thread_wait_syscall(int number)
{
	const struct call *call = call_find(number);

	return call ? call->name : NULL;
}
