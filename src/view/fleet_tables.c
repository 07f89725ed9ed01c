/* The questions, a table each. */
#include "base/format.h"
#include "fleet.h"
#include "fleet_words.h"
#include "fleet/releases.h"
#include "fleet/stale.h"
#include "fleet/times.h"
#include <math.h>

#define BEGIN(t, schema_, rows_, columns_, none_)                                                                      \
	do {                                                                                                           \
		(t)->arena = arena_new();                                                                              \
		(t)->schema = schema_;                                                                                 \
		(t)->rows = rows_;                                                                                     \
		(t)->columns = columns_;                                                                               \
		(t)->width = ARRAY_SIZE(columns_);                                                                     \
		(t)->none = none_;                                                                                     \
	} while (0)

/* That there is none is said of what was seen. */
static const char *none_words(const struct fleet *f, const char *words)
{
	return fleet_coverage_of(f).complete ? words : arena_printf(f->arena, "as far as could be seen, %s", words);
}

static void put(struct fleet_table *t, struct value v)
{
	*array_push(&t->cells) = v;
}

/* A text of the fleet's, or of nobody's; NULL: there is none. */
static void put_text(struct fleet_table *t, const char *s)
{
	put(t, value_text(s));
}

static void put_copy(struct fleet_table *t, const struct text *s)
{
	put(t, value_text(s->length ? arena_strndup(t->arena, s->bytes, s->length) : NULL));
}

static void put_number(struct fleet_table *t, bool known, uint64_t number)
{
	put(t, known ? value_number(number) : (struct value){ .kind = VALUE_NONE });
}

static void put_yesno(struct fleet_table *t, bool yes)
{
	put(t, (struct value){ .kind = VALUE_YESNO, .number = yes });
}

static void put_ms(struct fleet_table *t, bool known, uint64_t ms)
{
	put(t, known ? (struct value){ .kind = VALUE_DURATION, .range = { ms, ms } }
	             : (struct value){ .kind = VALUE_NONE });
}

static void put_time(struct fleet_table *t, uint64_t unix_ms)
{
	put(t,
	    unix_ms ? (struct value){ .kind = VALUE_TIME, .number = unix_ms } : (struct value){ .kind = VALUE_NONE });
}

/* Host, service, process, pid, state and socket; nothing for FLEET_NONE. */
static void put_end(struct fleet_table *t, const struct fleet *f, uint32_t end)
{
	TEXT_CLEANUP socket = { 0 };

	if (end == FLEET_NONE) {
		for (int i = 0; i < 6; i++)
			put_text(t, NULL);
		return;
	}
	const struct fleet_end *e = &f->ends.items[end];
	const struct fleet_program *p = fleet_program_of(f, end);
	put_text(t, fleet_host_of(f, end)->name);
	put_text(t, p ? fleet_service_of(f, end) : NULL);
	put_text(t, p ? p->name : NULL);
	put_number(t, p, p ? p->pid : 0);
	put(t, (struct value){ .kind = VALUE_STATE, .number = e->state });
	endpoint_format(&socket, &e->local);
	text_add_char(&socket, '-');
	endpoint_format(&socket, &e->peer);
	put_copy(t, &socket);
}

static const struct sheet_column pair_columns[] = {
	{ "verdict", "Verdict", false },
	{ "joined_by", "Joined by", false },
	{ "count", "Count", true },
	{ "oldest_ms", "Oldest", true },
	{ "ours.host", "Host", false },
	{ "ours.service", "Service", false },
	{ "ours.process", "Process", false },
	{ "ours.pid", "PID", true },
	{ "ours.state", "State", false },
	{ "ours.socket", "Socket", false },
	{ "theirs.host", "Other host", false },
	{ "theirs.service", "Service", false },
	{ "theirs.process", "Process", false },
	{ "theirs.pid", "PID", true },
	{ "theirs.state", "State", false },
	{ "theirs.socket", "Socket", false },
	{ "other_host", "Expected at", false },
	{ "fin_from", "FIN from", false },
	{ "reason", "Reason", false },
	{ "why", "Why", false },
};

static void put_pair(struct fleet_table *t, const struct fleet *f, const struct fleet_group *g)
{
	const struct fleet_pair *p = &f->pairs.items[g->example];
	TEXT_CLEANUP why = { 0 };

	fleet_reason_add(&why, f, p);
	put_text(t, pair_verdict_name((enum pair_verdict)p->verdict));
	put_text(t, fleet_joined_name((enum fleet_joined)p->joined));
	put_number(t, true, g->count);
	put_ms(t, g->oldest_known, g->oldest_ms);
	put_end(t, f, p->ours);
	put_end(t, f, p->theirs);
	put_text(t, p->other_host == FLEET_NONE ? NULL : f->hosts.items[p->other_host].name);
	put_text(t, fleet_fin_name((enum fleet_fin)p->fin_from));
	put_text(t, fleet_reason_name((enum fleet_reason)p->reason));
	put_copy(t, &why);
}

void fleet_table_pairs(struct fleet_table *t, const struct fleet *f, unsigned verdicts)
{
	BEGIN(t, "fleet.pairs", "pairs", pair_columns, fleet_nobody_words(f, verdicts));
	t->counted = fleet_counted_of(verdicts);
	t->fleet = f;
	fleet_group_pairs(f, verdicts, &t->groups);
}

void fleet_table_peer(struct fleet_table *t, const struct fleet *f, const struct endpoint ends[2], size_t count)
{
	BEGIN(t, "fleet.peer", "pairs", pair_columns, "");
	t->ladder = true;
	t->fleet = f;
	array_each (&f->pairs, p) {
		if (!fleet_pair_has(f, p, ends, count))
			continue;
		const struct fleet_end *e = &f->ends.items[p->ours];
		*array_push(&t->groups) = (struct fleet_group){ (uint32_t)(p - f->pairs.items), 1, 1,
			                                        (e->flags & END_AGE) != 0, e->age_ms };
	}
}

size_t fleet_table_rows(const struct fleet_table *t)
{
	return t->groups.count ?: t->cells.count / t->width;
}

const struct value *fleet_table_row(struct fleet_table *t, size_t row)
{
	if (!t->groups.count)
		return t->cells.items + row * t->width;
	t->cells.count = 0;
	arena_clear(t->arena);
	put_pair(t, t->fleet, &t->groups.items[row]);
	return t->cells.items;
}

void fleet_table_hosts(struct fleet_table *t, const struct fleet *f)
{
	static const struct sheet_column columns[] = {
		{ "host", "Host", false },          { "taken_at", "Looked at", false }, { "sockets", "Seen", true },
		{ "unfinished", "Owes >1m", true }, { "complete", "Whole", false },     { "sequences", "Key", false },
		{ "clock_off_ms", "Clock", true },  { "file", "File", false },
	};

	BEGIN(t, "fleet.status", "hosts", columns, "");
	array_each (&f->hosts, h) {
		const struct fleet_look *l = &f->looks.items[h->newest];
		TEXT_CLEANUP at = { 0 };
		int64_t off_ms = 0;
		bool known = times_clock_off_ms(f, h->newest, &off_ms);
		format_rfc3339(&at, l->taken_unix_ms);
		put_text(t, h->name);
		put_copy(t, &at);
		put_number(t, true, l->sockets);
		put_number(t, true, l->unfinished);
		put_yesno(t, !l->gap);
		put_yesno(t, !fleet_keyless_why(f, l));
		put_ms(t, known, (uint64_t)llabs(off_ms));
		put_text(t, l->file);
	}
}

void fleet_table_leaks(struct fleet_table *t, const struct fleet *f, const struct fleet_takings *takings)
{
	static const struct sheet_column columns[] = {
		{ "service", "Service", false },       { "hosts", "Hosts", true },
		{ "unfinished", "Unfinished", true },  { "growth_per_min", "Per min", true },
		{ "oldest_s", "Oldest s", true },      { "cause", "Cause of most", false },
		{ "verdict", "Both ends say", false }, { "judged", "Of", true },
	};
	fleet_services services = { 0 };

	BEGIN(t, "fleet.leaks", "services", columns, none_words(f, "no service leaves connections unfinished"));
	takings_services(takings, f, &services);
	array_each (&services, s) {
		put_text(t, f->services.items[s->service]);
		put_number(t, true, s->hosts);
		put_number(t, true, s->unfinished);
		put_number(t, s->growth_known, (uint64_t)llround(MAX(s->growth_per_min, 0.0)));
		put_number(t, true, s->oldest_ms / MS_PER_S);
		put_text(t, s->cause);
		put_text(t, s->judged ? pair_verdict_name((enum pair_verdict)s->verdict) : NULL);
		put_number(t, s->judged, s->of_pair);
	}
	array_free(&services);
}

/* Who answers at that address: a host of these files, or nobody who is known. */
static const char *place_of(const struct fleet *f, const struct addr *a)
{
	const char *found = NULL;

	array_each (&f->places, p)
		if (addr_range_holds(&p->range, a))
			found = found ? "several" : f->hosts.items[p->host].name;
	return found;
}

void fleet_table_ports(struct fleet_table *t, const struct fleet *f, const struct fleet_takings *takings)
{
	static const struct sheet_column columns[] = {
		{ "host", "Host", false },         { "source", "From", false }, { "destination", "To", false },
		{ "at_host", "On", false },        { "used", "Used", true },    { "usable", "Of", true },
		{ "ends_in_ms", "Ends in", true },
	};

	BEGIN(t, "fleet.ports", "budgets", columns,
	      none_words(f, "no host has used half of its ports to any destination"));
	array_each (&takings->budgets, b) {
		const struct fleet_host *h = &f->hosts.items[f->looks.items[b->look].host];
		if (h->newest != b->look)
			continue;
		put_text(t, h->name);
		put(t, (struct value){ .kind = VALUE_ADDRESS, .endpoint = { .addr = b->source } });
		put(t, (struct value){ .kind = VALUE_ENDPOINT, .endpoint = b->destination });
		put_text(t, place_of(f, &b->destination.addr));
		put_number(t, true, b->used);
		put_number(t, true, b->usable);
		put_ms(t, b->ends_known, (uint64_t)(MAX(b->ends_s, 0.0) * MS_PER_S));
	}
}

void fleet_table_stale(struct fleet_table *t, const struct fleet *f)
{
	static const struct sheet_column columns[] = {
		{ "client", "Pool of", false },         { "hosts", "Hosts", true }, { "server", "Server", false },
		{ "timeout_ms", "Closes after", true }, { "count", "Stale", true }, { "unfinished", "Of", true },
		{ "oldest_ms", "Oldest", true },
	};
	fleet_stales stales = { 0 };

	BEGIN(t, "fleet.stale_pools", "pools", columns,
	      none_words(f, "no server's idle timeout leaves stale connections in a pool"));
	fleet_find_stale(f, &stales);
	array_each (&stales, s) {
		const struct fleet_pair *p = &f->pairs.items[s->example];
		TEXT_CLEANUP server = { 0 };
		if (p->theirs == FLEET_NONE)
			endpoint_format(&server, &f->ends.items[p->ours].peer);
		else
			text_printf(&server, "%s on %s", fleet_service_of(f, p->theirs),
			            fleet_host_of(f, p->theirs)->name);
		put_text(t, fleet_service_of(f, p->ours));
		put_number(t, true, s->hosts);
		put_copy(t, &server);
		put_ms(t, true, s->timeout_ms);
		put_number(t, true, s->count);
		put_number(t, true, s->unfinished);
		put_ms(t, true, f->ends.items[p->ours].age_ms);
	}
	array_free(&stales);
}

void fleet_table_releases(struct fleet_table *t, const struct fleet *f, const char *service)
{
	static const struct sheet_column columns[] = {
		{ "first_started_at", "First started", false },
		{ "hosts", "Hosts", true },
		{ "leaking", "Leaking >1m", true },
		{ "processes", "Processes", true },
		{ "unfinished", "Owes >1m", true },
		{ "release", "Release", false },
	};
	fleet_releases releases = { 0 };

	BEGIN(t, "fleet.releases", "releases", columns, none_words(f, "no host of these files runs that service"));
	fleet_find_releases(f, service, &releases);
	array_each (&releases, r) {
		put_time(t, r->first_unix_ms);
		put_number(t, true, r->hosts);
		put_number(t, true, r->leaking);
		put_number(t, true, r->processes);
		put_number(t, true, r->unfinished);
		put_text(t, r->what);
	}
	array_free(&releases);
}
