#include "live.h"
#include "model/index.h"

struct row {
	uint64_t cookie; /* 0: free */
	struct endpoint local, peer;
	uint32_t netns;   /* index into the names' namespaces */
	uint32_t process; /* who opened or accepted it; of one that was there before, who holds it */
	uint8_t state;    /* enum tcp_state, as far as events tell it */
	uint8_t role;
	bool closed; /* by its program */
	bool ended;  /* the kernel has destroyed it: at most its TIME-WAIT is left */
	bool seen;   /* by the look that is being taken over */
};

struct live {
	struct moment *names;
	const struct filter *filter;
	bool events_only;
	ARRAY(struct row) rows;
	ARRAY(uint32_t) unused; /* rows that are free */
	struct index index;
	size_t ended;
};

struct live *live_new(struct moment *names, const struct filter *filter, bool events_only)
{
	struct live *l = memory_zeroed(sizeof(*l));

	l->names = names;
	l->filter = filter;
	l->events_only = events_only;
	index_init(&l->index, NULL, sizeof(struct row), 0);
	return l;
}

void live_free(struct live *l)
{
	if (!l)
		return;
	array_free(&l->rows);
	array_free(&l->unused);
	index_free(&l->index);
	free(l);
}

static struct row *row_find(const struct live *l, uint64_t cookie)
{
	uint32_t at = cookie ? index_find(&l->index, cookie) : INDEX_NONE;

	return at == INDEX_NONE ? NULL : &l->rows.items[at];
}

static struct row *row_add(struct live *l, uint64_t cookie)
{
	struct row *row;

	if (l->unused.count) {
		row = &l->rows.items[l->unused.items[--l->unused.count]];
	} else {
		row = array_push(&l->rows);
		index_move(&l->index, &l->rows.items[0].cookie);
	}
	*row = (struct row){ .cookie = cookie, .process = PROCESS_NONE };
	index_add(&l->index, (uint32_t)(row - l->rows.items));
	return row;
}

static void row_drop(struct live *l, struct row *row)
{
	uint32_t at = (uint32_t)(row - l->rows.items);

	index_remove(&l->index, at);
	l->ended -= row->ended;
	row->cookie = 0;
	*array_push(&l->unused) = at;
}

static void row_end(struct live *l, struct row *row)
{
	l->ended += !row->ended;
	row->ended = true;
	row->state = STATE_TIME_WAIT;
}

static uint8_t state_after(const struct row *row, const struct event *e)
{
	switch (e->kind) {
	case EVENT_FIN_RECEIVED:
	case EVENT_EOF_TOLD:
		return STATE_CLOSE_WAIT;
	case EVENT_SHUT_DOWN:
	case EVENT_CLOSED:
		return e->fin_came ? STATE_LAST_ACK : STATE_FIN_WAIT1;
	case EVENT_RESET:
		return STATE_CLOSE;
	case EVENT_ACCEPTED:
		if (e->fin_came)
			return STATE_CLOSE_WAIT;
		/* fall through */
	default:
		return row->state ?: STATE_ESTABLISHED;
	}
}

/* An accepted one is told to be so after it has come, and perhaps after its FIN. */
void live_take(struct live *l, const struct event *e, bool matches)
{
	struct row *row = row_find(l, e->cookie);

	if (!e->cookie || e->kind == EVENT_FAILED || (!row && (!matches || e->kind == EVENT_DESTROYED)))
		return;
	row = row ?: row_add(l, e->cookie);
	if (!row->state) {
		row->local = e->local;
		row->peer = e->peer;
		row->netns = e->netns;
	}
	if (e->opener != PROCESS_NONE)
		row->process = e->opener;
	if (e->role)
		row->role = e->role;
	row->state = state_after(row, e);
	row->closed |= e->kind == EVENT_CLOSED;
	if (e->kind != EVENT_DESTROYED)
		return;
	if (row->state == STATE_FIN_WAIT1) /* who finishes first may leave a TIME-WAIT: only a look knows */
		row_end(l, row);
	else
		row_drop(l, row);
}

/* A connection, or what is left of one: no listener, none that only tries, no Multipath TCP as a whole. */
static bool is_ours(const struct live *l, const struct moment *look, const struct socket *s)
{
	bool other = s->state == STATE_LISTEN || s->state == STATE_SYN_SENT || s->state == STATE_SYN_RECV ||
	             (s->state == STATE_CLOSE && !socket_has(s, SOCKET_WAS_CONNECTED)) || socket_has(s, SOCKET_MPTCP);

	return s->cookie && !other && s->netns != NETNS_UNKNOWN && look->netns.items[s->netns].in_scope &&
	       filter_match(l->filter, look, s);
}

static bool is_small(const struct socket *s)
{
	return s->timer == TIMER_TIME_WAIT;
}

static void take_over(struct live *l, const struct moment *look, const struct socket *s)
{
	const struct process *owner = moment_owner(look, s);
	struct row *row = row_find(l, s->cookie);

	if (!row && (l->events_only || is_small(s)))
		return; /* of what is small, nobody has seen who opened it */
	row = row ?: row_add(l, s->cookie);
	if (row->process == PROCESS_NONE && owner)
		row->process = moment_name(l->names, owner);
	row->local = s->local;
	row->peer = s->peer;
	row->netns = moment_netns(l->names, look->netns.items[s->netns].inode);
	row->role = row->role ?: s->role;
	row->state = s->state;
	row->closed = s->unowned == UNOWNED_ORPHAN || is_small(s);
	row->seen = true;
	if (is_small(s))
		row_end(l, row);
}

void live_repair(struct live *l, const struct moment *look)
{
	array_each (&l->rows, row)
		row->seen = false;
	array_each (&look->sockets, s)
		if (is_ours(l, look, s))
			take_over(l, look, s);
	array_each (&l->rows, row)
		if (row->cookie && !row->seen)
			row_drop(l, row);
}

void live_compare(const struct live *l, const struct moment *look, uint64_t *ret_missing, uint64_t *ret_ghosts)
{
	uint64_t shown = 0, missing = 0;

	array_each (&look->sockets, s) {
		if (!is_ours(l, look, s) || is_small(s))
			continue;
		const struct row *row = row_find(l, s->cookie);
		shown++;
		missing += !row || row->ended;
	}
	*ret_missing = missing;
	*ret_ghosts = live_count(l) - (shown - missing);
}

void live_move(struct live *l, struct moment *names)
{
	array_each (&l->rows, row) {
		if (!row->cookie)
			continue;
		row->process = moment_move_process(names, l->names, row->process);
		row->netns = moment_move_netns(names, l->names, row->netns);
	}
	l->names = names;
}

size_t live_count(const struct live *l)
{
	return l->rows.count - l->unused.count - l->ended;
}

size_t live_count_ended(const struct live *l)
{
	return l->ended;
}

bool live_has_closed(const struct live *l)
{
	array_each (&l->rows, row)
		if (row->cookie && row->closed && !row->ended)
			return true;
	return false;
}

static bool counts_for(const struct turnover *r, const struct row *row, const struct endpoint *end)
{
	return r->process == row->process && r->netns == row->netns && r->role == row->role &&
	       endpoint_same(&r->end, end);
}

/* `last`: where the one before was found, for neighbours are mostly of one kind. */
static struct turnover *find_row(turnover_list *rows, const struct row *row, size_t *last)
{
	const struct endpoint end = turnover_end(row->role, &row->local, &row->peer);

	if (*last < rows->count && counts_for(&rows->items[*last], row, &end))
		return &rows->items[*last];
	for (*last = 0; *last < rows->count; (*last)++)
		if (counts_for(&rows->items[*last], row, &end))
			return &rows->items[*last];
	struct turnover *r = array_push(rows);
	*r = (struct turnover){ .process = row->process, .netns = row->netns, .end = end, .role = row->role };
	return r;
}

void live_fill(const struct live *l, turnover_list *rows)
{
	size_t last = 0;

	array_each (&l->rows, row) {
		if (!row->cookie || row->process == PROCESS_NONE)
			continue;
		if (row->state == STATE_CLOSE_WAIT && !row->closed)
			find_row(rows, row, &last)->left_now++;
		else if (row->ended)
			find_row(rows, row, &last)->time_waits_now++;
	}
}
