/* The page of a plan: what goes, what its program and its peer will notice, what comes back, what stays, what is
 * refused and why; and after it was carried out, what came of it. */
#include "base/format.h"
#include "reclaim.h"
#include "wrap.h"

enum { LABEL = 10, INDENT = 2, GROUPS_SHOWN = 20, HOLDERS_SHOWN = 5 };

struct page {
	struct wrap wrap;
	const struct reclaim_plan *plan;
	const struct page_style *style;
};

static const struct socket *socket_of(const struct page *p, const struct reclaim_entry *e)
{
	return &p->plan->moment->sockets.items[e->socket];
}

static void add_count(struct text *t, uint64_t count, const char *thing)
{
	format_count(t, count);
	text_printf(t, " %s%s", thing, count == 1 ? "" : "s");
}

static void add_line(const struct page *p, const char *label, const struct text *t)
{
	wrap_line(&p->wrap, INDENT, label, LABEL, t->bytes);
}

/* Sockets of one process in one state, for one reason. */
struct group {
	uint32_t process; /* HOLDER_NONE: nobody holds them */
	enum tcp_state state;
	const char *cause, *confidence;
	struct endpoint peer;
	bool peers_differ;
	uint64_t count, youngest_ms, oldest_ms;
};

typedef ARRAY(struct group) group_list;

static uint32_t first_process(const struct moment *m, const struct socket *s)
{
	const struct holder *h = moment_holder(m, s->first_holder);

	return h ? h->process : HOLDER_NONE;
}

static struct group *group_at(group_list *groups, const struct page *p, const struct reclaim_entry *e)
{
	const struct socket *s = socket_of(p, e);
	uint32_t process = first_process(p->plan->moment, s);

	array_each (groups, g)
		if (g->process == process && g->state == s->state && same_text(g->cause, e->cause))
			return g;
	struct group *g = array_push(groups);
	*g = (struct group){ process, s->state, e->cause, e->confidence, s->peer, .youngest_ms = UINT64_MAX };
	return g;
}

static void group_add(group_list *groups, const struct page *p, const struct reclaim_entry *e)
{
	const struct socket *s = socket_of(p, e);
	struct group *g = group_at(groups, p, e);
	uint64_t age_ms = socket_age(s).min_ms;

	g->count++;
	g->peers_differ |= !endpoint_same(&g->peer, &s->peer);
	g->youngest_ms = MIN(g->youngest_ms, age_ms);
	g->oldest_ms = MAX(g->oldest_ms, age_ms);
}

static void add_group(struct text *t, const struct page *p, const struct group *g)
{
	format_count(t, g->count);
	text_printf(t, " %s ", state_people(g->state));
	if (g->process == HOLDER_NONE)
		text_add(t, "that no process holds");
	else {
		text_add(t, "of ");
		process_format(t, &p->plan->moment->processes.items[g->process]);
	}
	text_add(t, g->peers_differ ? " to several peers" : " to ");
	if (!g->peers_differ)
		endpoint_format(t, &g->peer);
	text_add(t, ", at least ");
	format_duration(t, g->youngest_ms);
	if (g->oldest_ms > g->youngest_ms) {
		text_add(t, " to ");
		format_duration(t, g->oldest_ms);
	}
	text_add(t, " old: ");
	if (g->cause)
		text_printf(t, "%s (%s)", g->cause, g->confidence);
	else
		text_add(t, "in no finding");
}

static void show_what(const struct page *p)
{
	group_list groups = { 0 };

	array_each (&p->plan->sockets, e)
		group_add(&groups, p, e);
	for (size_t i = 0; i < MIN(groups.count, (size_t)GROUPS_SHOWN); i++) {
		TEXT_CLEANUP t = { 0 };
		add_group(&t, p, &groups.items[i]);
		add_line(p, i ? "" : "what", &t);
	}
	if (groups.count > GROUPS_SHOWN) {
		TEXT_CLEANUP t = { 0 };
		text_printf(&t, "and %zu groups more: --json lists every socket", groups.count - GROUPS_SHOWN);
		add_line(p, "", &t);
	}
	array_free(&groups);
}

static void show_text(const struct page *p, const char *label, const char *text)
{
	wrap_line(&p->wrap, INDENT, label, LABEL, text);
}

static void add_budget(struct text *t, const struct page *p, const struct reclaim_budget *b)
{
	text_add(t, b->destination.port ? "; connect() from " : "; bind(0) on ");
	addr_format(t, &b->source);
	if (b->destination.port) {
		text_add(t, " to ");
		endpoint_format(t, &b->destination);
	}
	text_add(t, ": ");
	format_count(t, b->free_before);
	text_add(t, " of ");
	format_count(t, b->usable);
	text_add(t, p->plan->applied ? " free before, " : " free now");
	if (p->plan->applied) {
		format_count(t, b->free_after);
		text_printf(t, " after%s", !b->probed ? "" : b->granted ? " (tried: granted)" : " (tried: refused)");
	}
}

static void show_gives(const struct page *p)
{
	TEXT_CLEANUP t = { 0 };

	add_count(&t, p->plan->ports_back, "port number");
	array_each (&p->plan->budgets, b)
		add_budget(&t, p, b);
	add_line(p, p->plan->applied ? "gave" : "gives", &t);
}

static void add_holder(struct text *t, const struct page *p, const struct reclaim_holder *h)
{
	const struct process *process = &p->plan->moment->processes.items[h->process];

	add_count(t, h->sockets, "descriptor");
	text_add(t, " of ");
	process_format(t, process);
	text_add(t, h->sockets == 1 ? " stays open" : " stay open");
	if (process->fd_used && process->fd_limit && process->fd_limit != UINT64_MAX) {
		text_add(t, " (");
		format_count(t, process->fd_used);
		text_add(t, " of ");
		format_count(t, process->fd_limit);
		text_add(t, " used)");
	}
	if (h->bound) {
		text_add(t, ", and ");
		add_count(t, h->bound, "port");
		text_printf(t, " that bind() chose stay%s taken until then", h->bound == 1 ? "s" : "");
	}
}

static void show_keeps(const struct page *p)
{
	for (size_t i = 0; i < MIN(p->plan->holders.count, (size_t)HOLDERS_SHOWN); i++) {
		TEXT_CLEANUP t = { 0 };
		add_holder(&t, p, &p->plan->holders.items[i]);
		add_line(p, i ? "" : "not cured", &t);
	}
	if (p->plan->holders.count)
		show_text(p, "", "this frees ports, and nothing else: the leak goes on until its program is fixed");
}

/* Entries with the same reason, counted. */
struct reason {
	const char *why;
	uint64_t count;
	enum tcp_state state;
	bool states_differ;
};

typedef ARRAY(struct reason) reason_list;

static void reason_add(reason_list *reasons, const struct page *p, const struct reclaim_entry *e)
{
	enum tcp_state state = socket_of(p, e)->state;

	array_each (reasons, r)
		if (streq(r->why, e->why)) {
			r->count++;
			r->states_differ |= r->state != state;
			return;
		}
	*array_push(reasons) = (struct reason){ e->why, 1, state, false };
}

static void show_reasons(const struct page *p, const char *label, const reason_list *reasons)
{
	for (size_t i = 0; i < reasons->count; i++) {
		const struct reason *r = &reasons->items[i];
		TEXT_CLEANUP t = { 0 };
		format_count(&t, r->count);
		if (!r->states_differ)
			text_printf(&t, " %s", state_people(r->state));
		text_printf(&t, ": %s", r->why);
		add_line(p, i ? "" : label, &t);
	}
}

static void show_refused(const struct page *p)
{
	reason_list refused = { 0 }, spared = { 0 };

	array_each (&p->plan->refused, e)
		reason_add(&refused, p, e);
	array_each (&p->plan->sockets, e)
		if (e->result == RECLAIM_SPARED)
			reason_add(&spared, p, e);
	show_reasons(p, "refused", &refused);
	show_reasons(p, "spared", &spared);
	array_free(&refused);
	array_free(&spared);
}

static void show_failed(const struct page *p)
{
	for (size_t i = 0, shown = 0; i < p->plan->sockets.count && shown < GROUPS_SHOWN; i++) {
		const struct reclaim_entry *e = &p->plan->sockets.items[i];
		TEXT_CLEANUP t = { 0 };
		if (e->result != RECLAIM_FAILED)
			continue;
		endpoint_format(&t, &socket_of(p, e)->local);
		text_add(&t, " to ");
		endpoint_format(&t, &socket_of(p, e)->peer);
		text_printf(&t, ": %s", e->error ? strerror(e->error) : "it is still there");
		add_line(p, shown++ ? "" : "failed", &t);
	}
}

static void show_head(const struct page *p)
{
	struct text *out = p->wrap.out;

	text_printf(out, "%splan %s", p->style->color ? "\033[1m" : "", p->plan->id);
	if (!p->plan->sockets.count)
		text_add(out, ": nothing to reclaim");
	else if (!p->plan->applied) {
		text_add(out, p->plan->to_apply ? ": to destroy " : ": would destroy ");
		add_count(out, p->plan->sockets.count, "connection");
		text_add(out, p->plan->to_apply ? "" : "; nothing is touched yet");
	} else {
		size_t done = reclaim_count(p->plan, RECLAIM_DESTROYED) + reclaim_count(p->plan, RECLAIM_SHUT_DOWN);
		text_add(out, ": destroyed ");
		format_count(out, done);
		text_add(out, " of ");
		add_count(out, p->plan->sockets.count, "connection");
		text_add(out, " in ");
		format_duration(out, p->plan->took_ms);
	}
	text_printf(out, "%s\n", p->style->color ? "\033[0m" : "");
}

static void show_done(const struct page *p)
{
	size_t gone = reclaim_count(p->plan, RECLAIM_GONE), left = reclaim_count(p->plan, RECLAIM_PLANNED);
	TEXT_CLEANUP t = { 0 };

	show_gives(p);
	if (gone) {
		add_count(&t, gone, "connection");
		text_add(&t, " went by itself before its turn");
		add_line(p, "gone", &t);
	}
	if (left) {
		t.length = 0;
		add_count(&t, left, "connection");
		text_add(&t, " not tried");
		add_line(p, "left", &t);
	}
	show_failed(p);
}

static void show_plan(const struct page *p)
{
	show_what(p);
	show_text(p, "how", p->plan->method);
	if (p->plan->forced)
		show_text(p, "forced", p->plan->forced);
	show_text(
	        p, "notices",
	        "the program: its next read gives EOF or ECONNABORTED, its next write ECONNABORTED; the peer, if it is "
	        "still there: a reset");
	show_gives(p);
	show_keeps(p);
}

void reclaim_text(struct text *out, const struct reclaim_plan *plan, const struct page_style *style)
{
	const struct page p = { .wrap = { out, MAX(style->columns, 40u) }, .plan = plan, .style = style };

	show_head(&p);
	if (plan->applied)
		show_done(&p);
	else if (plan->sockets.count)
		show_plan(&p);
	show_refused(&p);
	if (!plan->applied && !plan->to_apply && plan->sockets.count)
		show_text(&p, "next", "--apply does it, and asks before; --yes lets a script do it");
}
