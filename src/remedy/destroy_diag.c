/* SOCK_DESTROY: the kernel compares the cookie itself and answers -ESTALE for another socket. All else is asked right
 * before: where BPF loads by doomed.bpf.c, which alone sees a descriptor that nobody shows (in flight, in an io_uring),
 * and then of sock_diag. Between asking and destroying lie some milliseconds for a piece, and for state and data some
 * microseconds. */
#include "destroy.h"
#include "doomed.load.h"
#include "source/diag/diag.h"
#include "targets.h"
#include <errno.h>

enum { PIECE = 256 };

static void diag_end(void *state)
{
	doomed_bpf__destroy(state); /* NULL is fine */
}

/* Without BPF it goes on with what sock_diag tells. */
static struct doomed_bpf *load_question(void)
{
	struct doomed_bpf *programs = doomed_bpf__open();

	if (programs && !doomed_bpf__load(programs) && !doomed_bpf__attach(programs))
		return programs;
	doomed_bpf__destroy(programs);
	return NULL;
}

static int diag_start(void **ret_state)
{
	cleanup(diag_cleanup) struct diag *d = NULL;
	int err = diag_open(&d) ?: diag_probe_destroy(d);

	if (err != -ENOENT)
		return err ?: -EIO;
	*ret_state = load_question();
	return 0;
}

static bool is_gone(int err)
{
	return err == -ENOENT || err == -ESTALE;
}

static void settle(struct doomed *item, enum record_answer answer, int err)
{
	item->answer = is_gone(err) ? ANSWER_NONE : err ? ANSWER_FAILED : answer;
	item->error = is_gone(err) ? 0 : -err;
}

static void destroy_one(struct diag *d, struct doomed *item)
{
	struct socket now;
	int err = diag_find(d, item->socket, &now);

	if (err) {
		settle(item, ANSWER_NONE, err);
		return;
	}
	item->answer = doomed_judge(item, &now);
	if (item->answer == ANSWER_FITS)
		settle(item, ANSWER_DESTROYED, diag_destroy(d, item->socket));
}

/* A small socket (TIME_WAIT) is none that the program can ask about: sock_diag can. */
static bool is_small(const struct doomed *item)
{
	return item->socket->timer == TIMER_TIME_WAIT;
}

static int ask(struct doomed_bpf *programs, struct doomed *items, size_t count)
{
	return programs ? targets_run(programs->maps.targets.map_fd, programs->links.ask_targets_fd, items, count) : 0;
}

static int run_piece(struct doomed_bpf *programs, struct diag *d, struct doomed *items, size_t count)
{
	int err = ask(programs, items, count);

	for (size_t i = 0; i < count && !err; i++)
		if (!programs || is_small(&items[i]) || items[i].answer == ANSWER_FITS)
			destroy_one(d, &items[i]);
	return err;
}

/* A netlink socket belongs to the namespace that it was opened in. */
static int diag_run(void *state, struct doomed *items, size_t count)
{
	cleanup(diag_cleanup) struct diag *d = NULL;
	int err = diag_open(&d);

	for (size_t at = 0; at < count && !err; at += PIECE)
		err = run_piece(state, d, items + at, MIN(count - at, (size_t)PIECE));
	return err;
}

const struct destroy_kind destroy_diag = {
	.name = "sock-destroy", .open = diag_start, .run = diag_run, .close = diag_end
};
