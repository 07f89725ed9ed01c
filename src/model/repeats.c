#include "repeats.h"
#include "turnover.h"

/* More kinds than anybody reads: further ones are shown as they come. */
enum { KINDS_MOST = 256, WAIT_FIRST_MS = 1000, WAIT_MOST_MS = 8000 };

static bool same_program(const struct moment *names, uint32_t a, uint32_t b)
{
	if (a == PROCESS_NONE || b == PROCESS_NONE)
		return a == b;
	return a == b || streq(names->processes.items[a].comm, names->processes.items[b].comm);
}

/* bind() and listen() have no peer: their own address is the end. */
static struct endpoint end_of(const struct event *e)
{
	return e->peer.port ? turnover_end(e->role, &e->local, &e->peer) : e->local;
}

static bool are_alike(const struct moment *names, const struct event *a, const struct event *b)
{
	const struct endpoint x = end_of(a), y = end_of(b);

	return a->kind == b->kind && a->call == b->call && a->error == b->error && a->role == b->role &&
	       a->netns == b->netns && a->fin_came == b->fin_came && a->ended == b->ended && a->aborted == b->aborted &&
	       endpoint_same(&x, &y) && same_program(names, a->process, b->process);
}

bool repeats_take(repeats *r, const struct moment *names, const struct event *e, uint64_t now_ms)
{
	array_each (r, row) {
		if (!are_alike(names, &row->last, e))
			continue;
		row->several |= row->last.process != e->process;
		row->last = *e;
		row->count++;
		return false;
	}
	if (r->count < KINDS_MOST)
		*array_push(r) =
		        (struct repeat){ .last = *e, .due_ms = now_ms + WAIT_FIRST_MS, .wait_ms = WAIT_FIRST_MS };
	return true;
}

bool repeats_next(repeats *r, uint64_t now_ms, bool all, struct repeat *ret)
{
	for (size_t i = 0; i < r->count;) {
		struct repeat *row = &r->items[i];
		if (!all && now_ms < row->due_ms) {
			i++;
			continue;
		}
		*ret = *row;
		if (row->count) {
			row->count = 0;
			row->several = false;
			row->wait_ms = MIN(row->wait_ms * 2, (uint64_t)WAIT_MOST_MS);
			row->due_ms = now_ms + row->wait_ms;
			return true;
		}
		memmove(row, row + 1,
		        (--r->count - i) * sizeof(*row)); /* it has ended: the next one is a first again */
	}
	return false;
}

void repeats_move(repeats *r, struct moment *to, const struct moment *from)
{
	array_each (r, row) {
		row->last.process = moment_move_process(to, from, row->last.process);
		row->last.opener = moment_move_process(to, from, row->last.opener);
		row->last.netns = moment_move_netns(to, from, row->last.netns);
	}
}
