/* One object a line: an event, a row of a summary, and the books at the end of each. */
#include "document.h"
#include "watch.h"

static void add_address(struct json *j, const char *address, const char *port, const struct endpoint *e)
{
	TEXT_CLEANUP t = { 0 };

	addr_format(&t, &e->addr);
	json_text(j, address, t.bytes);
	json_u64(j, port, e->port);
}

static void add_netns(struct json *j, const struct moment *names, uint32_t netns)
{
	if (netns == NETNS_UNKNOWN)
		json_none(j, "netns");
	else
		json_u64(j, "netns", names->netns.items[netns].inode);
}

static const char *how(const struct event *e)
{
	if (e->ended)
		return "exit";
	return e->aborted ? "reset" : NULL;
}

void watch_json_event(struct text *t, const struct moment *names, const struct event *e)
{
	bool ends = e->kind == EVENT_CLOSED || e->kind == EVENT_SHUT_DOWN;
	struct json j = JSON(t, false);

	json_object_begin(&j, NULL);
	document_time(&j, "at", e->at_unix_ms);
	json_text(&j, "event", event_name(e->kind));
	if (e->cookie)
		json_u64(&j, "cookie", e->cookie);
	else
		json_none(&j, "cookie"); /* of a socket that nothing has named yet */
	add_netns(&j, names, e->netns);
	add_address(&j, "local_address", "local_port", &e->local);
	add_address(&j, "peer_address", "peer_port", &e->peer);
	json_text(&j, "role", role_name(e->role));
	document_process(&j, "process", names, e->process);
	if (e->tid)
		json_u64(&j, "tid", e->tid);
	else
		json_none(&j, "tid");
	document_process(&j, "opener", names, e->opener);
	json_text(&j, "call", e->kind == EVENT_FAILED ? call_name(e->call) : NULL);
	json_text(&j, "errno", e->error ? strerrorname_np(e->error) : NULL);
	json_text(&j, "order", !ends ? NULL : e->fin_came ? "after_peer" : "first");
	json_text(&j, "how", how(e));
	if (e->after_us == UINT64_MAX)
		json_none(&j, "after_ms");
	else
		json_double(&j, "after_ms", (double)e->after_us / 1000);
	json_object_end(&j); /* and its line */
}

static double per_second(uint64_t count, uint64_t ms)
{
	return ms ? (double)count * 1000 / (double)ms : 0;
}

static void add_row(struct text *t, const struct watch_summary *s, const struct turnover *r)
{
	struct json j = JSON(t, false);
	TEXT_CLEANUP end = { 0 };

	if (r->end.port)
		endpoint_format(&end, &r->end);
	json_object_begin(&j, NULL);
	document_time(&j, "at", s->at_unix_ms);
	json_text(&j, "event", "summary");
	json_u64(&j, "window_ms", s->ms);
	add_netns(&j, s->names, r->netns);
	document_process(&j, "process", s->names, r->process);
	json_text(&j, "role", role_name(r->role));
	json_text(&j, "end", end.bytes);
	json_u64(&j, "opened", r->opened);
	json_u64(&j, "accepted", r->accepted);
	json_u64(&j, "fin_received", r->fins);
	json_u64(&j, "closed", r->closed);
	json_u64(&j, "closed_first", r->closed_first);
	json_u64(&j, "left", turnover_left(r));
	json_double(&j, "left_per_s", per_second(turnover_left(r), s->ms));
	if (s->now) {
		json_u64(&j, "left_now", r->left_now);
		json_u64(&j, "time_waits_now", r->time_waits_now);
	} else {
		json_none(&j, "left_now");
		json_none(&j, "time_waits_now");
	}
	json_u64(&j, "reset", r->reset);
	json_u64(&j, "failed", r->failed);
	json_object_end(&j); /* and its line */
}

void watch_json_summary(struct text *t, const struct watch_summary *s)
{
	const struct event_books *b = s->books;
	struct json j = JSON(t, false);

	array_each (s->rows, r)
		add_row(t, s, r);
	json_object_begin(&j, NULL);
	document_time(&j, "at", s->at_unix_ms);
	json_text(&j, "event", s->whole ? "watched" : "period");
	json_u64(&j, "window_ms", s->ms);
	json_u64(&j, "produced", b->produced);
	json_u64(&j, "consumed", b->consumed);
	json_u64(&j, "lost", b->lost);
	json_u64(&j, "missed", b->missed);
	json_u64(&j, "unread", b->unread);
	json_u64(&j, "without_opener", b->nameless);
	json_u64(&j, "without_row", b->rowless);
	json_u64(&j, "unfollowed", b->unfollowed);
	document_gaps(&j, s->names);
	json_object_end(&j); /* and its line */
}
