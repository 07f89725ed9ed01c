/* Which sockets a thread in a system call waits for: its arguments name a descriptor, or lead to a list of them in the
 * process's memory (poll, select) or in the kernel (epoll). */
#pragma once
#include "model/moment.h"
#include "peek.h"
#include "thread_wait.h"

/* As many at once, and it is not one of them that it waits for: an event loop. */
enum { AWAITED_MOST = 16 };

/* Adds a row for each socket that this thread of the moment's process waits for; they are known by their inodes. */
void awaited_add(const struct moment *m, struct peek *peek, uint32_t process, uint32_t tid,
                 const struct thread_call *call, awaited_list *list);
