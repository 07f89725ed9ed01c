/* Sentences about a fleet. Names that hosts told of themselves are shown without what no terminal should obey. */
#include "fleet_words.h"
#include "base/format.h"
#include <inttypes.h>

static uint32_t count_joined(const struct fleet *f, enum fleet_joined by)
{
	uint32_t count = by == JOINED_FLOW ? f->healthy_apart : 0;

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

void fleet_connections_add(struct text *t, uint32_t count)
{
	format_count(t, count);
	text_add(t, count == 1 ? " connection" : " connections");
}

static void add_counts(struct text *t, const struct fleet *f)
{
	uint32_t flow = count_joined(f, JOINED_FLOW), sequence = count_joined(f, JOINED_SEQUENCE);

	text_add(t, "; ");
	fleet_connections_add(t, flow + sequence);
	text_add(t, " with both ends in view");
	if (sequence)
		text_printf(t, " (%" PRIu32 " of them through address translation, by sequence numbers)", sequence);
	text_printf(t, ", %" PRIu32 " whose other end is proved gone, %" PRIu32 " unknown",
	            count_joined(f, JOINED_ABSENCE), f->counts[PAIR_UNSURE]);
}

static void add_absent_counts(struct text *t, const struct fleet *f)
{
	text_add(t, "; ");
	fleet_connections_add(t, count_joined(f, JOINED_ABSENCE));
	text_add(t, " whose other end is proved gone, ");
	format_count(t, fleet_count_open(f));
	text_add(t, " unknown");
}

enum fleet_counted fleet_counted_of(unsigned verdicts)
{
	return verdicts & PAIRS_OWED ? FLEET_COUNTED_ALL : FLEET_COUNTED_ABSENT;
}

void fleet_head_add(struct text *t, const struct fleet *f, enum fleet_counted counted)
{
	text_printf(t, "%zu host%s", f->hosts.count, f->hosts.count == 1 ? "" : "s");
	add_span(t, f);
	if (counted == FLEET_COUNTED_ALL)
		add_counts(t, f);
	else if (counted == FLEET_COUNTED_ABSENT)
		add_absent_counts(t, f);
}

const char *fleet_nobody_words(const struct fleet *f, unsigned verdicts)
{
	bool all_pairs = fleet_counted_of(verdicts) == FLEET_COUNTED_ALL;
	uint32_t open = all_pairs ? f->counts[PAIR_UNSURE] : fleet_count_open(f);
	bool all = !open && fleet_coverage_of(f).complete;

	if (!(verdicts & PAIRS_OWED))
		return all ? "no connection is half-open" : "no connection is proved half-open";
	return all ? "nobody owes a close" : "nothing is proved against anybody";
}

static void add_unseen(fleet_unseen_list *list, const char *host, const char *what, const char *why)
{
	*array_push(list) = (struct fleet_unseen){ host, what, why };
}

void fleet_find_unseen(const struct fleet *f, fleet_unseen_list *ret)
{
	array_each (&f->unread, g)
		add_unseen(ret, g->host, g->what, g->why);
	array_each (&f->hosts, h) {
		const struct fleet_look *l = &f->looks.items[h->newest];
		if (l->gap && l->gap != f->away)
			add_unseen(ret, h->name, "all of its sockets", l->gap);
		if (fleet_is_late(f, l))
			add_unseen(ret, h->name, "what it is now", "it looked more than a minute before the last one");
		if (fleet_keyless_why(f, l))
			add_unseen(ret, h->name, "connections through address translation", fleet_keyless_why(f, l));
	}
	if (f->gone)
		add_unseen(ret, arena_printf(f->arena, "%" PRIu32 " other host%s", f->gone, f->gone == 1 ? "" : "s"),
		           "all of it", "told the hub nothing for more than a day");
}

void fleet_unseen_add(struct text *t, const struct fleet_unseen *u)
{
	text_add_shown(t, u->host);
	text_printf(t, ": %s: ", u->what);
	text_add_shown(t, u->why);
}

/* "shop[812] on web-1" */
static void add_who(struct text *t, const struct fleet *f, uint32_t end)
{
	const struct fleet_program *p = fleet_program_of(f, end);

	if (p) {
		text_add_shown(t, p->name);
		text_add_char(t, '[');
		text_add_u64(t, p->pid);
		text_add_char(t, ']');
	} else {
		text_add(t, "a socket that nobody holds");
	}
	text_add(t, " on ");
	text_add_shown(t, fleet_host_of(f, end)->name);
}

/* An end that is not in view. Of the clients of a server each has another port. */
static void add_absent(struct text *t, const struct fleet *f, const struct fleet_pair *p, uint32_t count)
{
	const struct fleet_end *e = &f->ends.items[p->ours];

	if (count > 1 && e->role == ROLE_SERVER)
		addr_format(t, &e->peer.addr);
	else
		endpoint_format(t, &e->peer);
	if (p->other_host == FLEET_NONE)
		return;
	text_add(t, ", ");
	text_add_shown(t, f->hosts.items[p->other_host].name);
}

static void add_other(struct text *t, const struct fleet *f, const struct fleet_pair *p, uint32_t count)
{
	if (p->theirs == FLEET_NONE)
		add_absent(t, f, p, count);
	else
		add_who(t, f, p->theirs);
}

static void add_service(struct text *t, const struct fleet *f, uint32_t end)
{
	if (fleet_program_of(f, end))
		text_add_shown(t, fleet_service_of(f, end));
	else
		add_who(t, f, end);
}

void fleet_ower_add(struct text *t, const struct fleet *f, const struct fleet_group *g)
{
	add_service(t, f, f->pairs.items[g->example].ours);
}

void fleet_owed_add(struct text *t, const struct fleet *f, const struct fleet_group *g)
{
	const struct fleet_pair *p = &f->pairs.items[g->example];

	if (p->theirs == FLEET_NONE)
		add_absent(t, f, p, g->count);
	else
		add_service(t, f, p->theirs);
}

/* A verdict as people read it, and the sentence that begins with it: @1 is who has to act, @2 the connections, @3 the
 * other end. Where there is one connection, it is not "them". */
static const struct {
	const char *verdict, *sentence, *of_one;
} titles[PAIR_VERDICTS] = {
	[PAIR_CLIENT_OWES] = { "the client owes the close", "@1 does not close @2 that @3 has finished" },
	[PAIR_SERVER_OWES] = { "the server owes the close", "@1 does not close @2 that @3 has finished" },
	[PAIR_OWES] = { "this end owes the close", "@1 does not close @2 that @3 has finished" },
	[PAIR_HALF_OPEN] = { "half-open", "@1 keeps @2 to @3, which does not know them any more",
	                     "@1 keeps @2 to @3, which does not know it any more" },
	[PAIR_FIN_FROM_BETWEEN] = { "a FIN from between", "@1 was told the end of @2 that @3 has not ended: something "
	                                                  "between them did" },
	[PAIR_NOT_A_PAIR] = { "not a pair",
	                      "@2 of @1 and of @3 have the same addresses and ports, and are not the same: "
	                      "the ports were used again" },
	[PAIR_UNSURE] = { "unknown" },
	[PAIR_CLOSING] = { "closing" },
	[PAIR_HEALTHY] = { "healthy" },
};

const char *fleet_verdict_words(enum pair_verdict v)
{
	return titles[v].verdict;
}

static void add_sentence(struct text *t, const struct fleet *f, const struct fleet_group *g)
{
	const struct fleet_pair *p = &f->pairs.items[g->example];
	const char *of_one = g->count == 1 ? titles[p->verdict].of_one : NULL;

	for (const char *s = of_one ?: titles[p->verdict].sentence; *s; s++) {
		if (*s != '@')
			text_add_char(t, *s);
		else if (*++s == '1')
			add_who(t, f, p->ours);
		else if (*s == '2')
			fleet_connections_add(t, g->count);
		else
			add_other(t, f, p, g->count);
	}
}

void fleet_unknown_add(struct text *t, const struct fleet *f, const struct fleet_pair *p)
{
	add_who(t, f, p->ours);
	text_printf(t, ", %s, to ", state_people((enum tcp_state)f->ends.items[p->ours].state));
	endpoint_format(t, &f->ends.items[p->ours].peer);
	text_add(t, ": ");
	fleet_reason_add(t, f, p);
}

void fleet_title_add(struct text *t, const struct fleet *f, const struct fleet_group *g)
{
	const struct fleet_pair *p = &f->pairs.items[g->example];

	text_add(t, titles[p->verdict].verdict);
	text_add(t, ": ");
	if (titles[p->verdict].sentence)
		add_sentence(t, f, g);
	else
		fleet_unknown_add(t, f, p);
	if (g->programs > 1) {
		text_printf(t, " (%" PRIu32 " processes of ", g->programs);
		text_add_shown(t, fleet_service_of(f, p->ours));
		text_add_char(t, ')');
	}
	if (!g->oldest_known)
		return;
	text_add(t, g->count == 1 ? " (for " : " (the oldest for ");
	format_duration(t, g->oldest_ms);
	text_add_char(t, ')');
}

const char *fleet_proof_words(const struct fleet_pair *p)
{
	static const char *const words[] = {
		[JOINED_NOT] = "",
		[JOINED_FLOW] = "both ends have the same addresses and ports",
		[JOINED_SEQUENCE] =
		        "both ends have the same sequence numbers, and other addresses: they are translated between",
		[JOINED_ABSENCE] = "the other host was seen whole, later than its last use, and has no such socket",
	};

	return words[p->joined];
}

void fleet_end_add(struct text *t, const struct fleet *f, uint32_t end)
{
	const struct fleet_end *e = &f->ends.items[end];

	text_add_shown(t, fleet_host_of(f, end)->name);
	text_add(t, ": ");
	endpoint_format(t, &e->local);
	text_add(t, " to ");
	endpoint_format(t, &e->peer);
	text_add_char(t, ' ');
	text_add(t, state_people((enum tcp_state)e->state));
	text_add(t, fleet_end_unheld(e));
}
