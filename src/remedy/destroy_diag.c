/* SOCK_DESTROY: the kernel compares the cookie itself and answers -ESTALE for another socket. State and data are asked
 * right before; between the two calls lie some microseconds in which the program may still write. */
#include "destroy.h"
#include "source/diag/diag.h"
#include <errno.h>

static int diag_start(void **ret_state)
{
	cleanup(diag_cleanup) struct diag *d = NULL;
	int err = diag_open(&d) ?: diag_probe_destroy(d);

	return err == -ENOENT ? 0 : err ?: -EIO;
}

static bool is_gone(int err)
{
	return err == -ENOENT || err == -ESTALE;
}

static void destroy_one(struct diag *d, struct doomed *item)
{
	struct socket now;
	int err = diag_find(d, item->socket, &now);

	if (!err)
		item->answer = doomed_judge(item, &now);
	if (err || item->answer != ANSWER_NONE) {
		item->answer = err && !is_gone(err) ? ANSWER_FAILED : item->answer;
		item->error = -err;
		return;
	}
	err = diag_destroy(d, item->socket);
	if (is_gone(err))
		return;
	item->answer = err ? ANSWER_FAILED : ANSWER_DESTROYED;
	item->error = -err;
}

/* A netlink socket belongs to the namespace that it was opened in. */
static int diag_run(void *state, struct doomed *items, size_t count)
{
	cleanup(diag_cleanup) struct diag *d = NULL;
	int err = diag_open(&d);

	for (size_t i = 0; i < count && !err; i++)
		destroy_one(d, &items[i]);
	return err;
}

const struct destroy_kind destroy_diag = { .name = "sock-destroy", .open = diag_start, .run = diag_run };
