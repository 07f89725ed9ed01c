/* One connection as a ladder of its two hosts: what each end knows, side by side. */
#include "base/format.h"
#include "fleet.h"
#include "fleet_words.h"
#include "wrap.h"
#include <inttypes.h>

enum { LABEL = 14, COLUMN = 31 };

static bool end_has(const struct fleet_end *e, const struct endpoint *a)
{
	return endpoint_same(&e->local, a) || endpoint_same(&e->peer, a);
}

static bool end_is(const struct fleet_end *e, const struct endpoint ends[2], size_t count)
{
	return end_has(e, &ends[0]) && (count < 2 || (end_has(e, &ends[1]) && !endpoint_same(&ends[0], &ends[1])));
}

bool fleet_pair_has(const struct fleet *f, const struct fleet_pair *p, const struct endpoint ends[2], size_t count)
{
	return end_is(&f->ends.items[p->ours], ends, count) ||
	       (p->theirs != FLEET_NONE && end_is(&f->ends.items[p->theirs], ends, count));
}

static void add_program(struct text *t, const struct fleet *f, uint32_t end)
{
	const struct fleet_program *p = fleet_program_of(f, end);

	const struct fleet_end *e = &f->ends.items[end];

	if (!p)
		text_add(t, fleet_end_holder_is_unknown(e) ? "who holds it is not known" : "nobody holds it");
	else if (e->flags & END_LISTENED && fleet_end_holder_is_unknown(e))
		text_printf(t, "who holds it is not known; %s[%" PRIu32 "] listens there", p->name, p->pid);
	else
		text_printf(t, "%s[%" PRIu32 "]%s", p->name, p->pid, fleet_end_unheld(e));
}

static void add_since(struct text *t, const struct fleet_end *e, uint32_t ms)
{
	if (e->flags & END_TIMES)
		format_duration(t, ms);
	else
		text_add(t, "not known");
}

enum rung {
	RUNG_HOST,
	RUNG_PROGRAM,
	RUNG_SOCKET,
	RUNG_PEER,
	RUNG_STATE,
	RUNG_AGE,
	RUNG_RECEIVED,
	RUNG_SENT,
	RUNG_QUEUES
};

static void add_fact(struct text *t, const struct fleet *f, uint32_t end, enum rung rung)
{
	const struct fleet_end *e = &f->ends.items[end];

	text_add(t, "");
	switch (rung) {
	case RUNG_HOST:
		text_add(t, fleet_host_of(f, end)->name);
		break;
	case RUNG_PROGRAM:
		add_program(t, f, end);
		break;
	case RUNG_SOCKET:
		endpoint_format(t, &e->local);
		break;
	case RUNG_PEER:
		endpoint_format(t, &e->peer);
		break;
	case RUNG_STATE:
		text_printf(t, "%s", state_people((enum tcp_state)e->state));
		break;
	case RUNG_AGE:
		if (e->flags & END_AGE)
			format_duration(t, e->age_ms);
		else
			text_add(t, "not known");
		break;
	case RUNG_RECEIVED:
		add_since(t, e, e->since_data_ms);
		break;
	case RUNG_SENT:
		add_since(t, e, e->since_sent_ms);
		break;
	case RUNG_QUEUES:
		text_printf(t, "%" PRIu32 " unread, %" PRIu32 " unsent", e->recv_q, e->send_q);
		break;
	}
}

void fleet_ladder(const struct fleet *f, const struct fleet_pair *p, fleet_rung *emit, void *to)
{
	static const char *const labels[] = { "host",          "program",       "has",       "sees", "state",
		                              "for, at least", "last received", "last sent", "bytes" };

	for (enum rung r = RUNG_HOST; r <= RUNG_QUEUES; r++) {
		TEXT_CLEANUP ours = { 0 };
		TEXT_CLEANUP theirs = { 0 };
		add_fact(&ours, f, p->ours, r);
		if (p->theirs != FLEET_NONE)
			add_fact(&theirs, f, p->theirs, r);
		else if (r == RUNG_HOST && p->other_host != FLEET_NONE)
			text_printf(&theirs, "%s: no such socket", f->hosts.items[p->other_host].name);
		else if (r == RUNG_HOST)
			text_add(&theirs, "not in view");
		emit(to, labels[r], ours.bytes, theirs.bytes ?: "");
	}
}

/* Who finished first: a host by its name. */
static void add_fin(struct text *t, const struct fleet *f, const struct fleet_pair *p)
{
	static const char *const fins[] = { "nobody", "", "the other host", "something between them", "not known" };

	if (p->fin_from == FIN_OURS)
		text_add_shown(t, fleet_host_of(f, p->ours)->name);
	else if (p->fin_from == FIN_THEIRS && p->other_host != FLEET_NONE)
		text_add_shown(t, f->hosts.items[p->other_host].name);
	else
		text_add(t, fins[p->fin_from]);
}

void fleet_peer_verdict_add(struct text *t, const struct fleet *f, const struct fleet_pair *p)
{
	text_printf(t, "%s", pair_verdict_name((enum pair_verdict)p->verdict));
	if (p->joined)
		text_printf(t, ", joined by %s", fleet_joined_name((enum fleet_joined)p->joined));
	text_add(t, "; FIN from: ");
	add_fin(t, f, p);
	if (p->reason) {
		text_add(t, "; ");
		fleet_reason_add(t, f, p);
	}
}

/* One rung: what it is, ours, theirs. What is too long for its column goes on all the same. */
static void add_rung(void *to, const char *label, const char *ours, const char *theirs)
{
	struct text *out = to;
	size_t length = text_columns(ours);

	text_printf(out, "  %s", label);
	text_pad(out, ' ', LABEL - MIN(strlen(label), (size_t)LABEL));
	text_add_shown(out, ours);
	if (*theirs) {
		text_pad(out, ' ', length < COLUMN ? COLUMN - length : 2);
		text_add_shown(out, theirs);
	}
	text_add_char(out, '\n');
}

bool fleet_peer_page(struct text *out, const struct fleet *f, const struct endpoint ends[2], size_t count,
                     const struct page_style *style)
{
	const struct wrap w = { out, style->columns, false };
	size_t shown = 0;

	array_each (&f->pairs, p) {
		if (!fleet_pair_has(f, p, ends, count))
			continue;
		text_add(out, shown++ ? "\n" : "");
		TEXT_CLEANUP verdict = { 0 };
		fleet_ladder(f, p, add_rung, out);
		fleet_peer_verdict_add(&verdict, f, p);
		wrap_line(&w, 2, "verdict", LABEL, verdict.bytes);
	}
	return shown;
}
