#include "awaited.h"
#include "base/clock.h"
#include "base/file.h"
#include "unknown.h"
#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>

enum { LISTING_NS = 300 * NS_PER_MS };

/* What the first argument of a call is. */
enum leads { LEADS_TO_FD, LEADS_TO_POLL, LEADS_TO_SELECT, LEADS_TO_EPOLL };

struct awaiting_call {
	int number;
	enum leads leads;
	bool writes;
};

static const struct awaiting_call awaiting_calls[] = {
#ifdef SYS_poll
	{ SYS_poll, LEADS_TO_POLL, false },         { SYS_select, LEADS_TO_SELECT, false },
	{ SYS_epoll_wait, LEADS_TO_EPOLL, false },
#endif
	{ SYS_ppoll, LEADS_TO_POLL, false },        { SYS_pselect6, LEADS_TO_SELECT, false },
	{ SYS_epoll_pwait, LEADS_TO_EPOLL, false }, { SYS_epoll_pwait2, LEADS_TO_EPOLL, false },
	{ SYS_accept, LEADS_TO_FD, false },         { SYS_accept4, LEADS_TO_FD, false },
	{ SYS_read, LEADS_TO_FD, false },           { SYS_readv, LEADS_TO_FD, false },
	{ SYS_recvfrom, LEADS_TO_FD, false },       { SYS_recvmsg, LEADS_TO_FD, false },
	{ SYS_recvmmsg, LEADS_TO_FD, false },       { SYS_connect, LEADS_TO_FD, true },
	{ SYS_write, LEADS_TO_FD, true },           { SYS_writev, LEADS_TO_FD, true },
	{ SYS_sendto, LEADS_TO_FD, true },          { SYS_sendmsg, LEADS_TO_FD, true },
	{ SYS_sendmmsg, LEADS_TO_FD, true },        { SYS_sendfile, LEADS_TO_FD, true },
};

struct waited_fd {
	uint32_t fd;
	bool writes;
};

struct waited_fds {
	struct waited_fd items[AWAITED_MOST];
	unsigned count; /* more than AWAITED_MOST: an event loop, and they are not kept */
};

static void waited_fd_add(struct waited_fds *w, uint32_t fd, bool writes)
{
	if (w->count < AWAITED_MOST)
		w->items[w->count] = (struct waited_fd){ fd, writes };
	w->count++;
}

static void find_in_poll(struct peek *peek, uint32_t tid, const struct thread_call *call, struct waited_fds *ret)
{
	unsigned long count = call->arguments[1];
	struct pollfd fds[AWAITED_MOST];

	if (count > AWAITED_MOST || !peek_read(peek, tid, call->arguments[0], fds, count * sizeof(*fds)))
		return;
	for (unsigned long i = 0; i < count; i++)
		if (fds[i].fd >= 0)
			waited_fd_add(ret, (uint32_t)fds[i].fd, fds[i].events & POLLOUT && !(fds[i].events & POLLIN));
}

/* The kernel writes the answer over them only at the end. */
static void find_in_select(struct peek *peek, uint32_t tid, const struct thread_call *call, struct waited_fds *ret)
{
	unsigned long highest = MIN(call->arguments[0], (unsigned long)FD_SETSIZE);
	size_t bytes = (highest + 63) / 64 * 8;
	fd_set reads, writes;

	FD_ZERO(&reads);
	FD_ZERO(&writes);
	peek_read(peek, tid, call->arguments[1], &reads, bytes);
	peek_read(peek, tid, call->arguments[2], &writes, bytes);
	for (unsigned fd = 0; fd < highest; fd++)
		if (FD_ISSET(fd, &reads) || FD_ISSET(fd, &writes))
			waited_fd_add(ret, fd, !FD_ISSET(fd, &reads));
}

/* "tfd:        5 events:       19 data: …" a line. */
static void find_in_epoll(struct awaited_asking *asking, uint32_t pid, uint32_t tid, const struct thread_call *call,
                          struct waited_fds *ret)
{
	enum { TEXT_BYTES = 8192 }; /* more is more than AWAITED_MOST */
	TEXT_CLEANUP info = { 0 };
	char path[80];
	unsigned fd, events;

	snprintf(path, sizeof(path), "/proc/%u/task/%u/fdinfo/%lu", pid, tid, call->arguments[0]);
	if (asking->listing_ns > LISTING_NS) {
		asking->cut_pid = pid;
		return;
	}
	uint64_t began_ns = clock_spent_ns();
	int err = file_read(path, TEXT_BYTES, &info);
	asking->listing_ns += clock_spent_ns() - began_ns;
	if (err)
		return;
	for (const char *row = info.bytes; (row = strstr(row, "tfd:")); row++)
		if (sscanf(row, "tfd: %u events: %x", &fd, &events) == 2 && events & (EPOLLIN | EPOLLOUT))
			waited_fd_add(ret, fd, !(events & EPOLLIN));
}

static const struct awaiting_call *awaiting_find(int number)
{
	for (size_t i = 0; i < ARRAY_SIZE(awaiting_calls); i++)
		if (awaiting_calls[i].number == number)
			return &awaiting_calls[i];
	return NULL;
}

static void waited_fds_find(struct awaited_asking *asking, uint32_t pid, uint32_t tid, const struct thread_call *call,
                            struct waited_fds *ret)
{
	const struct awaiting_call *awaiting = awaiting_find(call->number);

	ret->count = 0;
	if (!awaiting)
		return;
	switch (awaiting->leads) {
	case LEADS_TO_FD:
		waited_fd_add(ret, (uint32_t)call->arguments[0], awaiting->writes);
		break;
	case LEADS_TO_POLL:
		find_in_poll(&asking->peek, tid, call, ret);
		break;
	case LEADS_TO_SELECT:
		find_in_select(&asking->peek, tid, call, ret);
		break;
	case LEADS_TO_EPOLL:
		find_in_epoll(asking, pid, tid, call, ret);
		break;
	}
}

/* 0: it is no socket. */
static uint32_t socket_inode(uint32_t pid, uint32_t tid, uint32_t fd)
{
	char path[80], target[64];
	unsigned inode = 0;

	snprintf(path, sizeof(path), "/proc/%u/task/%u/fd/%u", pid, tid, fd);
	ssize_t n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return 0;
	target[n] = '\0';
	return sscanf(target, "socket:[%u]", &inode) == 1 ? inode : 0;
}

void awaited_add(const struct moment *m, struct awaited_asking *asking, uint32_t process, uint32_t tid,
                 const struct thread_call *call, awaited_list *list)
{
	uint32_t pid = m->processes.items[process].pid;
	struct waited_fds fds;
	size_t first = list->count;

	waited_fds_find(asking, pid, tid, call, &fds);
	if (fds.count > AWAITED_MOST)
		return;
	for (unsigned i = 0; i < fds.count; i++) {
		uint32_t inode = socket_inode(pid, tid, fds.items[i].fd);
		if (inode)
			*array_push(list) = (struct awaited){ .process = process,
				                              .tid = tid,
				                              .inode = inode,
				                              .writes = fds.items[i].writes,
				                              .call = thread_wait_syscall(call->number) };
	}
	for (size_t i = first; i < list->count; i++)
		list->items[i].among = (uint32_t)(list->count - first);
}

void awaited_end(struct awaited_asking *asking, struct moment *m)
{
	const struct peek *peek = &asking->peek;

	peek_end(&asking->peek);
	unknown_tell_process(m, UNKNOWN_THREADS, peek->lost_tid, "mem", peek->lost ? -ETIME : 0);
	unknown_tell_process(m, UNKNOWN_THREADS, asking->cut_pid, "fdinfo", asking->cut_pid ? -ETIME : 0);
}
