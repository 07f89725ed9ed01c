#include "fleet_questions.h"
#include "base/words.h"
#include <errno.h>

static bool rows_are_bad(const struct fleet_asked *a, const struct fleet_table *t)
{
	return fleet_table_rows(t);
}

static bool nothing_is_bad(const struct fleet_asked *a, const struct fleet_table *t)
{
	return false;
}

static bool pairs_are_bad(const struct fleet_asked *a, const struct fleet_table *t)
{
	for (unsigned v = 0; v < PAIR_VERDICTS; v++)
		if (PAIRS_BAD >> v & 1 && a->fleet->counts[v])
			return true;
	return false;
}

static bool half_open_is_bad(const struct fleet_asked *a, const struct fleet_table *t)
{
	return a->fleet->counts[PAIR_HALF_OPEN];
}

/* Of one connection it is asked what it is, not what the others are. */
static bool asked_has(const struct fleet_asked *a, unsigned verdicts)
{
	array_each (&a->fleet->pairs, p)
		if (verdicts >> p->verdict & 1 && fleet_pair_has(a->fleet, p, a->ends, a->end_count))
			return true;
	return false;
}

static bool peer_is_bad(const struct fleet_asked *a, const struct fleet_table *t)
{
	return asked_has(a, PAIRS_BAD);
}

/* A steady pool that is half full alarms nobody. */
static bool ports_are_bad(const struct fleet_asked *a, const struct fleet_table *t)
{
	array_each (&a->takings->budgets, b)
		if (b->ends_known || b->used >= b->usable)
			return true;
	return false;
}

static void fill_status(struct fleet_table *t, const struct fleet_asked *a)
{
	fleet_table_hosts(t, a->fleet);
}

static void fill_pairs(struct fleet_table *t, const struct fleet_asked *a)
{
	fleet_table_pairs(t, a->fleet, PAIRS_TOLD);
}

static bool page_pairs(struct text *out, const struct fleet_asked *a, const struct page_style *style)
{
	fleet_pairs_page(out, a->fleet, PAIRS_TOLD, style);
	return true;
}

static void fill_half_open(struct fleet_table *t, const struct fleet_asked *a)
{
	fleet_table_pairs(t, a->fleet, 1U << PAIR_HALF_OPEN);
}

static bool page_half_open(struct text *out, const struct fleet_asked *a, const struct page_style *style)
{
	fleet_pairs_page(out, a->fleet, 1U << PAIR_HALF_OPEN, style);
	return true;
}

static void fill_leaks(struct fleet_table *t, const struct fleet_asked *a)
{
	fleet_table_leaks(t, a->fleet, a->takings);
}

static void fill_ports(struct fleet_table *t, const struct fleet_asked *a)
{
	fleet_table_ports(t, a->fleet, a->takings);
}

static void fill_stale(struct fleet_table *t, const struct fleet_asked *a)
{
	fleet_table_stale(t, a->fleet);
}

static void fill_releases(struct fleet_table *t, const struct fleet_asked *a)
{
	fleet_table_releases(t, a->fleet, a->word);
}

static void fill_peer(struct fleet_table *t, const struct fleet_asked *a)
{
	fleet_table_peer(t, a->fleet, a->ends, a->end_count);
}

static bool page_peer(struct text *out, const struct fleet_asked *a, const struct page_style *style)
{
	return fleet_peer_page(out, a->fleet, a->ends, a->end_count, style);
}

/* The first one is asked where none is named. */
const struct fleet_question fleet_questions[] = {
	{ "pairs", .need = FLEET_NEEDS_UNHEALTHY, .by_pairs = true, .fill = fill_pairs, .page = page_pairs,
	  .is_bad = pairs_are_bad },
	{ "status", .need = FLEET_NEEDS_DEBTS, .fill = fill_status, .is_bad = nothing_is_bad },
	{ "leaks", .asks = FLEET_ASKS_FINDINGS, .need = FLEET_NEEDS_LEAKING, .fill = fill_leaks,
	  .is_bad = rows_are_bad },
	{ "ports", .asks = FLEET_ASKS_PORTS, .need = FLEET_NEEDS_NONE, .fill = fill_ports, .is_bad = ports_are_bad },
	{ "half-open", .need = FLEET_NEEDS_UNJOINED, .by_pairs = true, .counted = FLEET_COUNTED_ABSENT,
	  .fill = fill_half_open, .page = page_half_open, .is_bad = half_open_is_bad },
	{ "stale-pools", .need = FLEET_NEEDS_VOTES, .fill = fill_stale, .is_bad = rows_are_bad },
	{ "peer", "TUPLE", "10.0.0.1:40000-10.0.0.2:5432", .need = FLEET_NEEDS_CONNECTION, .by_pairs = true,
	  .fill = fill_peer, .page = page_peer, .is_bad = peer_is_bad },
	{ "releases", "SERVICE", "shop", .need = FLEET_NEEDS_SERVICE, .fill = fill_releases, .is_bad = nothing_is_bad },
	{ 0 },
};

const struct fleet_question *fleet_question_find(const char *word)
{
	for (const struct fleet_question *q = fleet_questions; q->name; q++)
		if (word_equal(q->name, word))
			return q;
	return NULL;
}

static bool parse_tuple(struct fleet_asked *a)
{
	cleanup(cleanup_free) char *copy = memory_strdup(a->word);
	char *dash = strchr(copy, '-');

	if (dash)
		*dash++ = '\0';
	a->end_count = dash ? 2 : 1;
	return !endpoint_parse(copy, &a->ends[0]) && (!dash || !endpoint_parse(dash, &a->ends[1]));
}

int fleet_question_take(const struct fleet_question *q, struct fleet_asked *a, const char *word, struct text *ret_why)
{
	a->word = word;
	if (q->fill != fill_peer || parse_tuple(a))
		return 0;
	text_add_quoted(ret_why, word);
	text_add(ret_why, " is no connection: ADDRESS:PORT-ADDRESS:PORT, or one of both");
	return -EINVAL;
}

int fleet_question_fill(const struct fleet_question *q, const struct fleet_asked *a, struct fleet_table *t,
                        struct text *ret_why)
{
	q->fill(t, a);
	if (!a->end_count || fleet_table_rows(t))
		return 0;
	if (fleet_is_of_hub(a->fleet))
		text_printf(ret_why, "no host has told the hub of an unfinished or idle end of %s", a->word);
	else
		text_printf(ret_why, "no file has an unfinished end of %s", a->word);
	return -ENOENT;
}

/* Some of the connections that it is about are not known. */
static bool has_unknown(const struct fleet_question *q, const struct fleet_asked *a)
{
	if (a->end_count)
		return asked_has(a, 1U << PAIR_UNSURE);
	return q->counted == FLEET_COUNTED_ABSENT ? fleet_count_open(a->fleet) : a->fleet->counts[PAIR_UNSURE];
}

bool fleet_question_is_open(const struct fleet_question *q, const struct fleet_asked *a)
{
	return (q->by_pairs && has_unknown(q, a)) || !fleet_coverage_of(a->fleet).complete;
}
