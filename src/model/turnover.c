#include "turnover.h"

static int compare_rows(const void *a, const void *b)
{
	const struct turnover *x = a, *y = b;
	int order = CMP(x->process, y->process);

	order = order ? order : CMP(x->netns, y->netns);
	order = order ? order : CMP(x->role, y->role);
	order = order ? order : CMP(x->end.port, y->end.port);
	order = order ? order : CMP(x->end.addr.v6, y->end.addr.v6);
	return order ? order : addr_compare(&x->end.addr, &y->end.addr);
}

static struct turnover row_since(const struct turnover *now, const struct turnover *before)
{
	struct turnover d = *now;

	if (!before)
		return d;
	d.opened -= before->opened;
	d.accepted -= before->accepted;
	d.fins -= before->fins;
	d.closed -= before->closed;
	d.closed_first -= before->closed_first;
	d.finished -= before->finished;
	d.reset -= before->reset;
	d.failed -= before->failed;
	return d;
}

static bool is_nothing(const struct turnover *t)
{
	return !(t->opened | t->accepted | t->fins | t->closed | t->finished | t->reset | t->failed);
}

void turnover_difference(turnover_list *now, const turnover_list *before, turnover_list *ret)
{
	array_sort(now, compare_rows);
	array_each (now, row) {
		const struct turnover *old =
		        before->count ? bsearch(row, before->items, before->count, sizeof(*before->items), compare_rows)
		                      : NULL;
		struct turnover d = row_since(row, old);
		if (!is_nothing(&d))
			*array_push(ret) = d;
	}
}

static void row_add(struct turnover *to, const struct turnover *more)
{
	to->opened += more->opened;
	to->accepted += more->accepted;
	to->fins += more->fins;
	to->closed += more->closed;
	to->closed_first += more->closed_first;
	to->finished += more->finished;
	to->reset += more->reset;
	to->failed += more->failed;
}

void turnover_add(turnover_list *to, const turnover_list *more)
{
	size_t kept = 0;

	array_each (more, row)
		*array_push(to) = *row;
	array_sort(to, compare_rows);
	array_each (to, row) {
		if (kept && !compare_rows(&to->items[kept - 1], row))
			row_add(&to->items[kept - 1], row);
		else
			to->items[kept++] = *row;
	}
	to->count = kept;
}

static uint64_t activity(const struct turnover *t)
{
	return t->opened + t->accepted + t->closed + t->failed;
}

static int compare_weights(const void *a, const void *b)
{
	const struct turnover *x = a, *y = b;
	int order = CMP(turnover_left(y), turnover_left(x));

	order = order ? order : CMP(activity(y), activity(x));
	return order ? order : compare_rows(a, b);
}

void turnover_order(turnover_list *rows)
{
	array_sort(rows, compare_weights);
}

void turnover_fold(turnover_list *rows, size_t most)
{
	struct turnover others = { .process = PROCESS_NONE, .netns = NETNS_UNKNOWN };

	if (rows->count <= most)
		return;
	turnover_order(rows);
	for (size_t i = most; i < rows->count; i++)
		row_add(&others, &rows->items[i]);
	rows->count = most;
	turnover_add(rows, &(const turnover_list){ .items = &others, .count = 1 });
}

void turnover_move(turnover_list *rows, struct moment *to, const struct moment *from)
{
	array_each (rows, row) {
		row->process = moment_move_process(to, from, row->process);
		row->netns = moment_move_netns(to, from, row->netns);
	}
	array_sort(rows, compare_rows);
}

struct endpoint turnover_end(uint8_t role, const struct endpoint *local, const struct endpoint *peer)
{
	struct endpoint port = { .addr = { .v6 = true }, .port = local->port };

	if (role != ROLE_SERVER)
		return *peer;
	if (!local->addr.v6)
		port.addr = addr_v4(0);
	return port;
}

/* A bind() that fails has no peer. */
static struct endpoint end_of(const struct event *e)
{
	return e->kind == EVENT_FAILED && e->call == CALL_BIND ? e->local : turnover_end(e->role, &e->local, &e->peer);
}

static struct turnover *row_of(turnover_list *rows, const struct event *e)
{
	const struct turnover wanted = { .process = e->opener != PROCESS_NONE ? e->opener : e->process,
		                         .netns = e->netns,
		                         .role = e->role,
		                         .end = end_of(e) };

	array_each (rows, r)
		if (!compare_rows(r, &wanted))
			return r;
	struct turnover *r = array_push(rows);
	*r = wanted;
	return r;
}

void turnover_take(turnover_list *rows, const struct event *e)
{
	struct turnover *r = row_of(rows, e);

	switch (e->kind) {
	case EVENT_OPENED:
		r->opened++;
		break;
	case EVENT_ACCEPTED:
		r->accepted++;
		r->fins += e->fin_came;
		break;
	case EVENT_FIN_RECEIVED:
		r->fins += e->opener != PROCESS_NONE; /* else its accept() tells */
		break;
	case EVENT_CLOSED:
		r->closed++;
		r->closed_first += !e->fin_came;
		r->finished += e->finished;
		break;
	case EVENT_RESET:
		r->reset++;
		break;
	case EVENT_FAILED:
		r->failed++;
		break;
	}
}
