#include "waits.h"
#include "rule/ground/pairs.h"
#include "rule/ground/programs.h"
#include "rule/ground/texts.h"

enum { TOLD_MOST = 4 };

/* Nothing came of what is waited for. */
static bool is_still(const struct socket *s)
{
	return s->state != STATE_LISTEN &&
	       !socket_has(s, SOCKET_NEW | SOCKET_STATE_NEW | SOCKET_SENT | SOCKET_RECEIVED);
}

static uint64_t silent_ms(const struct socket *s, bool writes)
{
	return writes ? s->since_ack_ms : s->since_data_ms;
}

/* The rows of a thread stand together: the index behind its last one. */
static size_t thread_end(const struct moment *m, size_t first)
{
	const struct awaited *rows = m->awaited.items;
	size_t end = first + 1;

	while (end < m->awaited.count && rows[end].process == rows[first].process && rows[end].tid == rows[first].tid)
		end++;
	return end;
}

static void add_thread(const struct moment *m, size_t first, size_t end, struct waits *w)
{
	const struct awaited *a = &m->awaited.items[first];
	const struct socket *s = &m->sockets.items[a->socket];

	for (size_t i = first; i < end; i++)
		if (m->sockets.items[m->awaited.items[i].socket].state == STATE_LISTEN) {
			w->accepting++;
			return;
		}
	if (end - first > 1 || !is_still(s))
		return;
	uint64_t ms = silent_ms(s, a->writes);
	w->shortest_ms = w->threads ? MIN(w->shortest_ms, ms) : ms;
	w->threads++;
	*array_push(&w->sockets) = a->socket;
}

void waits_find(struct inquiry *q, uint32_t process, struct waits *ret)
{
	const struct moment *m = q->moment;
	const struct programs *programs = inquiry_programs(q);
	size_t end;

	*ret = (struct waits){ 0 };
	if (process == PROCESS_NONE)
		return;
	for (size_t first = 0; first < m->awaited.count; first = end) {
		end = thread_end(m, first);
		if (program_of(programs, m->awaited.items[first].process) == program_of(programs, process))
			add_thread(m, first, end, ret);
	}
}

void waits_free(struct waits *w)
{
	array_free(&w->sockets);
}

/* The threads that wait in the same call for the same program, or for peers that are out of view. */
struct told {
	const struct awaited *first;
	uint32_t other; /* PROCESS_NONE: out of view */
	uint32_t threads, mute;
	uint64_t low_ms, high_ms;
};
typedef ARRAY(struct told) told_list;

static const struct awaited *awaited_of(const struct moment *m, uint32_t socket)
{
	array_each (&m->awaited, a)
		if (a->socket == socket)
			return a;
	return NULL;
}

static struct told *told_find(told_list *list, const struct awaited *a, uint32_t other)
{
	array_each (list, t)
		if (t->other == other && t->first->writes == a->writes && streq(t->first->call, a->call))
			return t;
	struct told *new = array_push(list);
	*new = (struct told){ .first = a, .other = other, .low_ms = UINT64_MAX };
	return new;
}

static void told_add(struct inquiry *q, told_list *list, uint32_t socket)
{
	const struct socket *s = &q->moment->sockets.items[socket];
	const struct awaited *a = awaited_of(q->moment, socket);
	uint64_t ms = silent_ms(s, a->writes);
	struct told *t = told_find(list, a, pair_process(q, socket));

	t->threads++;
	t->mute += !s->received_bytes;
	t->low_ms = MIN(t->low_ms, ms);
	t->high_ms = MAX(t->high_ms, ms);
}

static const char *silence_text(struct inquiry *q, const struct told *t, const struct socket *s)
{
	const char *time = range_text(q, t->low_ms, t->high_ms);

	if (s->state == STATE_SYN_SENT)
		return arena_printf(q->arena, "not answered for %s", time);
	if (t->first->writes)
		return arena_printf(q->arena, "read nothing for %s", time);
	if (t->mute == t->threads)
		return arena_printf(q->arena, "not sent a byte in %s", time);
	return arena_printf(q->arena, "sent nothing for %s", time);
}

/* A client's port says little where its process is known, and is one of many where it is not. */
static const char *place_text(struct inquiry *q, const struct told *t, const struct socket *s)
{
	const char *where = endpoint_text(q, &s->peer);

	if (t->other == PROCESS_NONE)
		return t->threads > 1 && s->role == ROLE_SERVER ? arena_printf(q->arena, "clients such as %s", where)
		                                                : where;
	const char *who = process_text(q, t->other);
	return s->role == ROLE_SERVER ? who : arena_printf(q->arena, "%s (%s)", where, who);
}

static void tell_place(struct inquiry *q, struct finding *f, const struct told *t)
{
	const struct socket *s = &q->moment->sockets.items[t->first->socket];
	const char *where = place_text(q, t, s);

	finding_evidence(q, f, "%s in %s() for %s, which %s %s",
	                 t->threads == 1 ? "a thread waits"
	                                 : arena_printf(q->arena, "%s threads wait", count_text(q, t->threads)),
	                 t->first->call, where, starts_with(where, "clients") ? "have" : "has", silence_text(q, t, s));
}

void waits_tell(struct inquiry *q, struct finding *f, const struct waits *w)
{
	told_list list = { 0 };

	array_each (&w->sockets, s)
		told_add(q, &list, *s);
	for (size_t i = 0; i < MIN(list.count, (size_t)TOLD_MOST); i++)
		tell_place(q, f, &list.items[i]);
	if (list.count > TOLD_MOST)
		finding_evidence(q, f, "others of its threads wait for %zu more places", list.count - TOLD_MOST);
	array_free(&list);
}

void waits_explain(struct inquiry *q, struct finding *f)
{
	struct waits w;

	waits_find(q, f->subject, &w);
	if (w.threads && w.threads * 2 >= f->count) {
		waits_tell(q, f, &w);
		finding_waits(f, &w.sockets);
	}
	waits_free(&w);
}

/* A finding that says why its processes do not answer. */
static bool stops(const struct finding *f)
{
	static const char *const ids[] = { "hung-owner", "not-served", "accept-queue", "slow-handler" };

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		if (streq(f->id, ids[i]))
			return true;
	return streq(f->id, "fd-limit") && f->limit_reached;
}

static bool concerns_program(struct inquiry *q, const struct finding *f, uint32_t process)
{
	const struct programs *programs = inquiry_programs(q);

	return f->subject != PROCESS_NONE && program_of(programs, f->subject) == program_of(programs, process);
}

const struct finding *waits_stopper(struct inquiry *q, const struct finding *f)
{
	array_each (&q->findings, other) {
		size_t led = 0;
		if (other == f || !stops(other))
			continue;
		array_each (&f->waits_for, s) {
			uint32_t process = pair_process(q, *s);
			led += process != PROCESS_NONE && concerns_program(q, other, process);
		}
		if (led && led * 2 >= f->waits_for.count)
			return other;
	}
	return NULL;
}
