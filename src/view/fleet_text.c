/* The page of pairs: who has to act, with both ends, and what is not known. */
#include "base/format.h"
#include "cell.h"
#include "fleet.h"
#include "wrap.h"
#include <inttypes.h>

enum { LABEL = 9, INDENT = 4, GROUPS_MOST = 30, UNKNOWN_MOST = 12, GAPS_MOST = 8 };

static uint32_t count_joined(const struct fleet *f, enum fleet_joined by)
{
	uint32_t count = 0;

	array_each (&f->pairs, p)
		count += p->joined == by;
	return count;
}

/* How far apart the looks are, by the hosts' own clocks. */
static void add_span(struct text *t, const struct fleet *f)
{
	uint64_t first = UINT64_MAX, last = 0;

	array_each (&f->hosts, h) {
		first = MIN(first, f->looks.items[h->newest].taken_unix_ms);
		last = MAX(last, f->looks.items[h->newest].taken_unix_ms);
	}
	if (!last)
		return;
	text_add(t, ", looked at ");
	format_rfc3339(t, last);
	t->length -= 5; /* ".123Z": milliseconds say nothing here */
	text_add(t, "Z");
	if (last - first >= MS_PER_S) {
		text_add(t, " and up to ");
		format_duration(t, last - first);
		text_add(t, " before");
	}
}

static void add_connections(struct text *t, uint32_t count)
{
	format_count(t, count);
	text_add(t, count == 1 ? " connection" : " connections");
}

static void add_counts(struct text *t, const struct fleet *f)
{
	uint32_t flow = count_joined(f, JOINED_FLOW), sequence = count_joined(f, JOINED_SEQUENCE);

	text_add(t, "; ");
	add_connections(t, flow + sequence);
	text_add(t, " with both ends in view");
	if (sequence)
		text_printf(t, " (%" PRIu32 " of them through address translation, by sequence numbers)", sequence);
	text_printf(t, ", %" PRIu32 " whose other end is proved gone, %" PRIu32 " unknown",
	            count_joined(f, JOINED_ABSENCE), f->counts[PAIR_UNSURE]);
}

void fleet_head(struct text *out, const struct fleet *f, const struct page_style *style)
{
	const struct wrap w = { out, style->columns, false };
	TEXT_CLEANUP t = { 0 };

	text_printf(&t, "%zu host%s", f->hosts.count, f->hosts.count == 1 ? "" : "s");
	add_span(&t, f);
	add_counts(&t, f);
	wrap_line(&w, 0, "", 0, t.bytes);
}

static void add_gap(const struct wrap *w, const char *host, const char *what, const char *why)
{
	TEXT_CLEANUP t = { 0 };

	text_printf(&t, "%s: %s: %s", host, what, why);
	wrap_line(w, 0, "not seen", LABEL, t.bytes);
}

void fleet_foot(struct text *out, const struct fleet *f, const struct page_style *style)
{
	const struct wrap w = { out, style->columns, false };
	const struct fleet_coverage c = fleet_coverage_of(f);
	size_t shown = 0;

	text_add(out, c.complete && !c.keyless && !c.late ? "" : "\n");
	array_each (&f->unread, g)
		add_gap(&w, g->host, g->what, g->why);
	array_each (&f->hosts, h) {
		const struct fleet_look *l = &f->looks.items[h->newest];
		if (l->gap && l->gap != f->away && shown++ < GAPS_MOST)
			add_gap(&w, h->name, "all of its sockets", l->gap);
		if (fleet_is_late(f, l) && shown++ < GAPS_MOST)
			add_gap(&w, h->name, "what it is now", "it looked more than a minute before the last one");
		if (fleet_keyless_why(f, l) && shown++ < GAPS_MOST)
			add_gap(&w, h->name, "connections through address translation", fleet_keyless_why(f, l));
	}
	if (shown > GAPS_MOST)
		text_printf(out, "and %zu more (--json has all)\n", shown - GAPS_MOST);
}

static void add_who(struct text *t, const struct fleet *f, uint32_t end)
{
	const struct fleet_program *p = fleet_program_of(f, end);

	if (!p)
		text_add(t, "a socket that nobody holds");
	else
		text_printf(t, "%s[%" PRIu32 "]", p->name, p->pid);
	text_printf(t, " on %s", fleet_host_of(f, end)->name);
}

/* Of the clients of a server each has another port. */
static void add_other(struct text *t, const struct fleet *f, const struct fleet_pair *p, uint32_t count)
{
	const struct fleet_end *e = &f->ends.items[p->ours];

	if (p->theirs != FLEET_NONE) {
		add_who(t, f, p->theirs);
		return;
	}
	if (count > 1 && e->role == ROLE_SERVER)
		addr_format(t, &e->peer.addr);
	else
		endpoint_format(t, &e->peer);
	if (p->other_host != FLEET_NONE)
		text_printf(t, ", %s", f->hosts.items[p->other_host].name);
}

static void add_title(struct text *t, const struct fleet *f, const struct fleet_group *g)
{
	static const char *const owes[] = { [PAIR_CLIENT_OWES] = "the client owes",
		                            [PAIR_SERVER_OWES] = "the server owes",
		                            [PAIR_OWES] = "this end owes" };
	const struct fleet_pair *p = &f->pairs.items[g->example];

	if (PAIRS_OWED >> p->verdict & 1) {
		text_printf(t, "%s the close: ", owes[p->verdict]);
		add_who(t, f, p->ours);
		text_add(t, " does not close ");
		add_connections(t, g->count);
		text_add(t, " that ");
		add_other(t, f, p, g->count);
		text_add(t, " has finished");
	} else if (p->verdict == PAIR_HALF_OPEN) {
		text_add(t, "half-open: ");
		add_who(t, f, p->ours);
		text_add(t, " keeps ");
		add_connections(t, g->count);
		text_add(t, " to ");
		add_other(t, f, p, g->count);
		text_add(t,
		         g->count == 1 ? ", which does not know it any more" : ", which does not know them any more");
	} else if (p->verdict == PAIR_FIN_FROM_BETWEEN) {
		text_add(t, "a FIN from between: ");
		add_who(t, f, p->ours);
		text_add(t, " was told the end of ");
		add_connections(t, g->count);
		text_add(t, " that ");
		add_other(t, f, p, g->count);
		text_add(t, " has not ended: something between them did");
	} else {
		text_add(t, "not a pair: ");
		add_connections(t, g->count);
		text_add(t, " of ");
		add_who(t, f, p->ours);
		text_add(t, " and of ");
		add_other(t, f, p, g->count);
		text_add(t, " have the same addresses and ports, and are not the same: the ports were used again");
	}
}

static void add_example(const struct wrap *w, const struct fleet *f, uint32_t end, const char *label)
{
	const struct fleet_end *e = &f->ends.items[end];
	TEXT_CLEANUP t = { 0 };

	text_printf(&t, "%s: ", fleet_host_of(f, end)->name);
	endpoint_format(&t, &e->local);
	text_add(&t, " to ");
	endpoint_format(&t, &e->peer);
	text_printf(&t, " %s", state_people((enum tcp_state)e->state));
	text_add(&t, fleet_end_unheld(e));
	wrap_line(w, INDENT, label, LABEL, t.bytes);
}

static void add_joined(struct text *t, const struct fleet_pair *p)
{
	static const char *const words[] = {
		[JOINED_FLOW] = "both ends have the same addresses and ports",
		[JOINED_SEQUENCE] =
		        "both ends have the same sequence numbers, and other addresses: they are translated between",
		[JOINED_ABSENCE] = "the other host was seen whole, later than its last use, and has no such socket",
	};

	text_add(t, p->joined ? words[p->joined] : "");
}

static void add_group(const struct wrap *w, const struct fleet *f, const struct fleet_group *g, size_t number)
{
	const struct fleet_pair *p = &f->pairs.items[g->example];
	TEXT_CLEANUP title = { 0 };
	TEXT_CLEANUP proof = { 0 };
	char label[16];

	snprintf(label, sizeof(label), "%zu.", number);
	add_title(&title, f, g);
	if (g->programs > 1)
		text_printf(&title, " (%" PRIu32 " processes of %s)", g->programs, fleet_service_of(f, p->ours));
	if (g->oldest_known) {
		text_add(&title, g->count == 1 ? " (for " : " (the oldest for ");
		format_duration(&title, g->oldest_ms);
		text_add_char(&title, ')');
	}
	wrap_line(w, 0, label, 3, title.bytes);
	add_joined(&proof, p);
	wrap_line(w, INDENT, "proof", LABEL, proof.bytes);
	add_example(w, f, p->ours, "such as");
	if (p->theirs != FLEET_NONE)
		add_example(w, f, p->theirs, "");
	text_add_char(w->out, '\n');
}

static void add_unknown(const struct wrap *w, const struct fleet *f, const struct fleet_group *g)
{
	const struct fleet_pair *p = &f->pairs.items[g->example];
	TEXT_CLEANUP t = { 0 };
	char count[24];

	snprintf(count, sizeof(count), "%" PRIu32, g->count);
	add_who(&t, f, p->ours);
	text_printf(&t, ", %s, to ", state_people((enum tcp_state)f->ends.items[p->ours].state));
	endpoint_format(&t, &f->ends.items[p->ours].peer);
	text_add(&t, ": ");
	fleet_reason_add(&t, f, p);
	wrap_line(w, INDENT, count, 5, t.bytes);
}

static void add_unknowns(const struct wrap *w, const struct fleet *f, const fleet_groups *groups)
{
	size_t shown = 0;

	array_each (groups, g) {
		if (f->pairs.items[g->example].verdict != PAIR_UNSURE)
			continue;
		if (!shown++) {
			TEXT_CLEANUP t = { 0 };
			add_connections(&t, f->counts[PAIR_UNSURE]);
			text_add(&t, " whose other end is unknown");
			wrap_line(w, 0, "", 0, t.bytes);
		}
		if (shown <= UNKNOWN_MOST)
			add_unknown(w, f, g);
	}
	if (shown > UNKNOWN_MOST)
		text_printf(w->out, "    and %zu more lines (-o wide has all)\n", shown - UNKNOWN_MOST);
}

void fleet_pairs_page(struct text *out, const struct fleet *f, unsigned verdicts, const struct page_style *style)
{
	const struct wrap w = { out, style->columns, false };
	fleet_groups groups = { 0 };
	size_t number = 0;

	fleet_group_pairs(f, verdicts, &groups);
	fleet_head(out, f, style);
	text_add_char(out, '\n');
	array_each (&groups, g)
		if (f->pairs.items[g->example].verdict != PAIR_UNSURE && ++number <= GROUPS_MOST)
			add_group(&w, f, g, number);
	if (number > GROUPS_MOST)
		text_printf(out, "and %zu more (-o wide has all)\n\n", number - GROUPS_MOST);
	if (!number)
		text_add(out,
		         f->counts[PAIR_UNSURE] ? "nothing is proved against anybody\n\n" : "nobody owes a close\n\n");
	add_unknowns(&w, f, &groups);
	fleet_foot(out, f, style);
	array_free(&groups);
}
