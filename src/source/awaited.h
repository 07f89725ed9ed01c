/* Which sockets a thread in a system call waits for: its arguments name a descriptor, or lead to a list of them in the
 * process's memory (poll, select) or in the kernel (epoll). */
#pragma once
#include "model/moment.h"
#include "peek.h"
#include "thread_wait.h"

/* As many at once, and it is not one of them that it waits for: an event loop. */
enum { AWAITED_MOST = 16 };

/* All zero when a look begins. Another process decides how long asking takes: it may have a thousand threads in
 * epoll_wait(), each with ten thousand descriptors to be listed. So there is an end to that. */
struct awaited_asking {
	struct peek peek;
	uint64_t listing_ns; /* of the processor, so far */
	uint32_t cut_pid;    /* not listed any more: one of it, 0: none */
};

/* Adds a row for each socket that this thread of the moment's process waits for; they are known by their inodes. */
void awaited_add(const struct moment *m, struct awaited_asking *asking, uint32_t process, uint32_t tid,
                 const struct thread_call *call, awaited_list *list);
/* Ends it; what was not told in time is a gap of the moment. */
void awaited_end(struct awaited_asking *asking, struct moment *m);
