#include "use.h"

void uses_init(struct uses *u, uint64_t max_age_ms)
{
	*u = (struct uses){ .max_age_ms = max_age_ms };
	index_init(&u->index, NULL, sizeof(struct use), 0);
}

void uses_free(struct uses *u)
{
	array_free(&u->rows);
	index_free(&u->index);
}

static struct use *use_find(const struct uses *u, uint64_t cookie)
{
	uint32_t at = index_find(&u->index, cookie);

	return at == INDEX_NONE ? NULL : &u->rows.items[at];
}

static struct use *use_add(struct uses *u, uint64_t cookie, uint64_t at_unix_ms)
{
	struct use *use = array_push(&u->rows);

	*use = (struct use){ .cookie = cookie, .opener = PROCESS_NONE, .holder = PROCESS_NONE };
	use->seen_unix_ms = at_unix_ms;
	index_move(&u->index, &u->rows.items[0].cookie);
	index_add(&u->index, (uint32_t)u->rows.count - 1);
	return use;
}

/* The last one takes its place. */
static void use_drop(struct uses *u, uint32_t at)
{
	uint32_t last = (uint32_t)u->rows.count - 1;

	index_remove(&u->index, at);
	if (at != last) {
		index_remove(&u->index, last);
		u->rows.items[at] = u->rows.items[last];
		index_add(&u->index, at);
	}
	u->rows.count--;
}

static void raise(struct use *use, enum outlived to)
{
	use->outlived = MAX(use->outlived, (uint8_t)to);
}

/* Closed in time: it is of no interest any more. */
static bool is_done(const struct use *use)
{
	return use->closed_unix_ms && !use->outlived && use->held_ms < USE_GRACE_MS;
}

static void be_finished(struct use *use, const struct event *e)
{
	if (!use->finished_unix_ms)
		use->finished_unix_ms = e->at_unix_ms;
}

static void be_closed(struct use *use, const struct event *e, uint64_t max_age_ms)
{
	use->closed_unix_ms = MAX(e->at_unix_ms, 1ULL);
	use->holder = e->process;
	if (e->fin_came && e->after_us != UINT64_MAX)
		use->held_ms = e->after_us / 1000;
	else if (use->finished_unix_ms && use->finished_unix_ms < e->at_unix_ms)
		use->held_ms = e->at_unix_ms - use->finished_unix_ms;
	if (e->ended && use->held_ms >= USE_GRACE_MS)
		raise(use, OUTLIVED_PROCESS);
	if (use->held_ms >= max_age_ms)
		raise(use, OUTLIVED_AGE);
}

static bool begins(const struct event *e)
{
	return e->kind == EVENT_OPENED || e->kind == EVENT_ACCEPTED;
}

void uses_take(struct uses *u, const struct event *e)
{
	struct use *use = e->cookie ? use_find(u, e->cookie) : NULL;

	u->opened += begins(e);
	if (!e->cookie || e->kind == EVENT_FAILED || e->kind == EVENT_ARRIVED || e->kind == EVENT_DESTROYED)
		return;
	use = use ?: use_add(u, e->cookie, e->at_unix_ms);
	if (e->opener != PROCESS_NONE)
		use->opener = e->opener;
	use->accepted = e->role ? e->role == ROLE_SERVER : use->accepted;
	use->last = *e;
	use->read |= e->kind == EVENT_EOF_TOLD || e->kind == EVENT_RESET;
	if (e->kind == EVENT_FIN_RECEIVED || e->kind == EVENT_EOF_TOLD || e->kind == EVENT_RESET ||
	    (e->kind == EVENT_ACCEPTED && e->fin_came))
		be_finished(use, e);
	if (e->kind == EVENT_CLOSED)
		be_closed(use, e, u->max_age_ms);
	if (is_done(use))
		use_drop(u, (uint32_t)(use - u->rows.items));
}

/* It is held, and its peer has finished. */
static void grow_old(struct uses *u, struct use *use, uint64_t now_unix_ms, use_became *became, void *context)
{
	bool before = use->outlived >= OUTLIVED_AGE;

	use->held_ms = now_unix_ms > use->finished_unix_ms ? now_unix_ms - use->finished_unix_ms : 0;
	if (use->held_ms >= u->max_age_ms)
		raise(use, OUTLIVED_AGE);
	if (became && !before && use->outlived >= OUTLIVED_AGE)
		became(context, use);
}

void uses_end_process(struct uses *u, uint32_t process, uint64_t at_unix_ms)
{
	array_each (&u->rows, use)
		if (use->closed_unix_ms && use->holder == process && at_unix_ms <= use->closed_unix_ms + USE_ENDING_MS)
			raise(use, OUTLIVED_PROCESS);
}

/* Closed late, by the program itself: by now the end of its process would be known. */
static bool is_settled(const struct uses *u, const struct use *use)
{
	return use->closed_unix_ms && !use->outlived && u->passed_unix_ms > use->closed_unix_ms + USE_ENDING_MS;
}

void uses_pass(struct uses *u, uint64_t now_unix_ms, use_became *became, void *context)
{
	for (uint32_t at = (uint32_t)u->rows.count; at-- > 0;) {
		struct use *use = &u->rows.items[at];
		if (is_settled(u, use))
			use_drop(u, at);
		else if (!use->closed_unix_ms && use->finished_unix_ms)
			grow_old(u, use, now_unix_ms, became, context);
	}
	u->passed_unix_ms = now_unix_ms;
}

/* As an event would tell it: for expressions. */
static struct event event_of(const struct moment *look, const struct socket *s, uint32_t process, bool finished,
                             struct moment *names)
{
	return (struct event){ .kind = finished ? EVENT_FIN_RECEIVED : EVENT_OPENED,
		               .cookie = s->cookie,
		               .cgroup = s->cgroup,
		               .local = s->local,
		               .peer = s->peer,
		               .netns = moment_netns(names, look->netns.items[s->netns].inode),
		               .process = process,
		               .opener = process,
		               .role = s->role,
		               .at_unix_ms = look->taken_unix_ms };
}

static void see(struct uses *u, const struct moment *look, const struct socket *s, struct moment *names)
{
	bool finished = s->state == STATE_CLOSE_WAIT || (s->state == STATE_CLOSE && socket_has(s, SOCKET_FIN_CAME));
	struct use *use = use_find(u, s->cookie);

	u->opened += !use;
	use = use ?: use_add(u, s->cookie, look->taken_unix_ms);
	use->holder = moment_name(names, moment_owner(look, s));
	if (use->opener == PROCESS_NONE)
		use->opener = use->holder;
	use->accepted = s->role == ROLE_SERVER;
	use->read = !socket_eof_unread(s);
	use->last = event_of(look, s, use->holder, finished, names);
	if (finished && !use->finished_unix_ms)
		use->finished_unix_ms = look->taken_unix_ms - socket_finished_age(s).min_ms;
}

/* It was there at the look before, and is not now: closed between, and held until that look at the least. */
static void vanish(struct use *use, uint64_t now_unix_ms, uint64_t max_age_ms)
{
	struct event e = use->last;

	e.kind = EVENT_CLOSED;
	e.fin_came = use->finished_unix_ms != 0;
	e.after_us = UINT64_MAX;
	be_closed(use, &e, max_age_ms);
	use->closed_unix_ms = now_unix_ms;
}

void uses_ask_ends(struct uses *u, use_has_ended *has_ended, void *context)
{
	array_each (&u->rows, use)
		if (use->closed_unix_ms && !use->outlived && has_ended(context, use->holder))
			raise(use, OUTLIVED_PROCESS);
}

void uses_look(struct uses *u, const struct moment *look, struct moment *names, use_is_ours *is_ours,
               use_has_ended *has_ended, void *context)
{
	array_each (&look->sockets, s) {
		const struct process *p = moment_owner(look, s);
		if (p && s->cookie && s->peer.port && s->netns != NETNS_UNKNOWN && is_ours(context, p))
			see(u, look, s, names);
	}
	for (uint32_t at = (uint32_t)u->rows.count; at-- > 0;) {
		struct use *use = &u->rows.items[at];
		if (use->closed_unix_ms || use->last.at_unix_ms == look->taken_unix_ms)
			continue;
		vanish(use, look->taken_unix_ms, u->max_age_ms);
		if (is_done(use))
			use_drop(u, at);
	}
	uses_ask_ends(u, has_ended, context);
}

static bool is_held_by(const struct moment *look, const struct socket *s, const struct process *opener)
{
	moment_each_holder (look, s, h)
		if (look->processes.items[h->process].key == opener->key)
			return true;
	return false;
}

static void be_left(struct use *use, const struct moment *look, const struct socket *s, struct moment *names,
                    use_has_ended *has_ended, void *context)
{
	use->holder = moment_name(names, moment_owner(look, s));
	if (use->finished_unix_ms && use->held_ms >= USE_GRACE_MS)
		raise(use, OUTLIVED_COMMAND);
	else if (use->opener != PROCESS_NONE && use->opener != use->holder && has_ended(context, use->opener) &&
	         !is_held_by(look, s, &names->processes.items[use->opener]))
		raise(use, OUTLIVED_OPENER);
}

void uses_end(struct uses *u, const struct moment *look, struct moment *names, use_has_ended *has_ended, void *context)
{
	array_each (&look->sockets, s) {
		struct use *use = s->cookie && s->first_holder != HOLDER_NONE ? use_find(u, s->cookie) : NULL;
		if (use && !use->closed_unix_ms)
			be_left(use, look, s, names, has_ended, context);
	}
}

const char *outlived_name(enum outlived o)
{
	static const char *const names[] = {
		[OUTLIVED_NOT] = "",          [OUTLIVED_PROCESS] = "process",
		[OUTLIVED_AGE] = "age",       [OUTLIVED_COMMAND] = "command",
		[OUTLIVED_OPENER] = "opener",
	};

	return names[o];
}
