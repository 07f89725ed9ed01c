/* The gentler way: shutdown() on a copy of the descriptor, got through a pidfd. The program reads EOF and cannot write
 * any more, the peer gets our FIN and answers it: the connection ends as if the program had closed it. */
#include "destroy.h"
#include "source/diag/diag.h"
#include "source/proc.h"
#include <errno.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

static int shutdown_open(void **ret_state)
{
	return 0;
}

/* The pidfd is opened before the start time is compared: it cannot come to mean another process after. */
static int copy_descriptor(const struct doomed *item)
{
	cleanup(cleanup_close) int process = item->pid ? (int)syscall(SYS_pidfd_open, item->pid, 0) : -1;
	cleanup(cleanup_close) int dir = -1;
	struct proc_stat stat;

	if (process < 0)
		return item->pid ? -errno : -ESRCH;
	int err = proc_open(item->pid, item->start_boot_ns, &dir, &stat);
	if (err)
		return err;
	int copy = (int)syscall(SYS_pidfd_getfd, process, item->fd, 0);
	return copy < 0 ? -errno : copy;
}

/* What of `now` the descriptor tells in its own way. What is unread must be compared by what has come in: the kernel
 * does not count the FIN here. */
static bool ask(int copy, const struct doomed *item, struct socket *now)
{
	uint64_t netns = 0;
	socklen_t length = sizeof(netns);
	int unsent = 0;

	if (!diag_ask(copy, now) || ioctl(copy, SIOCOUTQ, &unsent))
		return false;
	if (!getsockopt(copy, SOL_SOCKET, SO_NETNS_COOKIE, &netns, &length) && item->netns_cookie &&
	    netns != item->netns_cookie)
		return false;
	now->send_q = (uint32_t)unsent;
	now->recv_q = item->socket->recv_q;
	return true;
}

static void shutdown_one(struct doomed *item)
{
	cleanup(cleanup_close) int copy = copy_descriptor(item);
	struct socket now;

	if (copy == -ESRCH || copy == -EBADF)
		return;
	if (copy < 0) {
		item->answer = ANSWER_FAILED;
		item->error = -copy;
		return;
	}
	item->answer = ask(copy, item, &now) ? doomed_judge(item, &now) : ANSWER_OTHER;
	if (item->answer != ANSWER_FITS)
		return;
	bool failed = shutdown(copy, SHUT_RDWR);
	item->answer = failed ? ANSWER_FAILED : ANSWER_DESTROYED;
	item->error = failed ? errno : 0;
}

static int shutdown_run(void *state, struct doomed *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		shutdown_one(&items[i]);
	return 0;
}

const struct destroy_kind destroy_shutdown = { .name = "shutdown", .open = shutdown_open, .run = shutdown_run };
