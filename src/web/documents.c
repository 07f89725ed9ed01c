#include "documents.h"
#include "model/filter/filter.h"
#include "page/ports_all.h"
#include "page/strip.h"
#include "page/timeline.h"
#include "view/check.h"
#include "view/history.h"
#include "view/limits.h"
#include "view/rows.h"

/* True: there is none, or it is right. */
static bool compile(const char *expression, struct arena *arena, struct filter **ret, struct web_answer *a)
{
	struct filter_error error;
	TEXT_CLEANUP what = { 0 };

	*ret = NULL;
	if (!expression || !*expression || !filter_compile(expression, arena, ret, &error))
		return true;
	text_printf(&what, "expr, column %zu: %s", error.column, error.message);
	answer_error(a, 400, what.bytes, "it is an expression as unfin list takes it",
	             error.hint ?: "unfin help fields lists the fields");
	return false;
}

static bool parse_fields(const char *name, const char *list, bool signs, struct arena *arena, field_list *ret,
                         struct web_answer *a)
{
	TEXT_CLEANUP what = { 0 }, mend = { 0 };
	const char *wrong;

	if (!list || !field_list_parse(list, signs, arena, ret, &wrong)) {
		if (ret->count <= ROWS_FIELDS_MOST)
			return true;
		answer_error(a, 400, "too many fields", "a row has no room for more than 62", NULL);
		return false;
	}
	const char *nearest = field_meant(wrong);
	text_printf(&what, "%s: no field is called ", name);
	text_add_quoted(&what, wrong);
	text_printf(&mend, nearest ? "did you mean %s?" : "unfin help fields lists them", nearest);
	answer_error(a, 400, what.bytes, NULL, mend.bytes);
	return false;
}

/* While it lasts the moment says of itself what was left out, as it does on the command line. */
struct narrowing {
	struct moment *moment; /* NULL: nothing was */
	struct text told;
};

static void narrowing_end(struct narrowing *n)
{
	if (n->moment) {
		n->moment->narrowed.count--;
		memmove(n->moment->narrowed.items, n->moment->narrowed.items + 1,
		        n->moment->narrowed.count * sizeof(*n->moment->narrowed.items));
	}
	text_free(&n->told);
}

static void narrowing_begin(struct narrowing *n, struct moment *m, const char *expression)
{
	n->moment = m;
	text_printf(&n->told, "sockets that match %s", expression);
	array_push(&m->narrowed);
	memmove(m->narrowed.items + 1, m->narrowed.items, (m->narrowed.count - 1) * sizeof(*m->narrowed.items));
	m->narrowed.items[0] = n->told.bytes;
}

static void make_check(const struct document_ground *g, const struct query *q, struct web_answer *ret)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	cleanup(judgement_cleanup) struct judgement *narrowed = NULL;
	cleanup(narrowing_end) struct narrowing narrowing = { 0 };
	struct request request = *g->request;
	struct filter *about;

	if (!compile(q->expr, arena, &about, ret))
		return;
	if (about) {
		narrowing_begin(&narrowing, g->moment, q->expr);
		request.about = about;
		narrowed = judge_request(g->moment, &request);
	}
	check_json(&ret->body,
	           &(struct check_ground){ g->moment, narrowed ?: g->judgement, &request, g->chronicle, g->unread });
}

/* What a list was asked for, parsed. */
struct listing {
	struct arena *arena;
	struct filter *filter;
	field_list columns, sort, groups;
};

static void listing_free(struct listing *l)
{
	array_free(&l->columns);
	array_free(&l->sort);
	array_free(&l->groups);
	arena_free(l->arena);
}

static void list_groups_of(const struct document_ground *g, const struct listing *l, const struct query *q,
                           struct web_answer *ret)
{
	cleanup(group_rows_free) struct group_rows rows;
	const char *wrong;

	group_rows_begin(&rows, g->moment, l->filter, &l->groups);
	if (group_rows_sort(&rows, q->sort, &wrong)) {
		answer_error(ret, 400, "sort: these groups have no such field",
		             "they have the fields that they are grouped by, count and oldest", NULL);
		return;
	}
	ret->rows = group_rows_part(&rows, q->offset, MIN(q->limit, (size_t)QUERY_ROWS_MOST));
	sheet_json_text(&ret->body, &rows.sheet);
}

static const struct order *order_of(const struct document_ground *g, const struct listing *l, const struct query *q)
{
	const struct order *known = orders_find(g->orders, q->expr, q->sort);
	uint32_t *rows;

	if (known)
		return known;
	size_t count = rows_choose(g->moment, l->filter, &l->sort, &rows);
	return orders_put(g->orders, q->expr, q->sort, rows, count);
}

static void list_sockets_of(const struct document_ground *g, struct listing *l, const struct query *q,
                            struct web_answer *ret)
{
	cleanup(socket_rows_free) struct socket_rows rows;
	const struct order *order = order_of(g, l, q);

	if (!l->columns.count)
		rows_data_columns(&l->columns);
	socket_rows_begin_ordered(&rows, g->moment, &l->columns, order->rows, order->count);
	ret->rows = socket_rows_part(&rows, q->offset, MIN(q->limit, (size_t)QUERY_ROWS_MOST));
	sheet_json_text(&ret->body, &rows.sheet);
}

static void make_list(const struct document_ground *g, const struct query *q, struct web_answer *ret)
{
	cleanup(listing_free) struct listing l = { .arena = arena_new() };
	cleanup(narrowing_end) struct narrowing narrowing = { 0 };
	bool groups = q->group_by && *q->group_by;

	if (!compile(q->expr, l.arena, &l.filter, ret) ||
	    !parse_fields("columns", q->columns, false, l.arena, &l.columns, ret) ||
	    !parse_fields("group_by", groups ? q->group_by : NULL, false, l.arena, &l.groups, ret) ||
	    (!groups && !parse_fields("sort", q->sort, true, l.arena, &l.sort, ret)))
		return;
	if (l.filter)
		narrowing_begin(&narrowing, g->moment, q->expr);
	if (groups)
		list_groups_of(g, &l, q, ret);
	else
		list_sockets_of(g, &l, q, ret);
}

static void make_ports(const struct document_ground *g, const struct query *q, struct web_answer *ret)
{
	ports_all_json(&ret->body, g->moment);
}

static void make_strip(const struct document_ground *g, const struct query *q, struct web_answer *ret)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	cleanup(narrowing_end) struct narrowing narrowing = { 0 };
	struct filter *filter;

	if (!compile(q->expr, arena, &filter, ret))
		return;
	if (filter)
		narrowing_begin(&narrowing, g->moment, q->expr);
	strip_json(&ret->body, g->moment, filter);
}

static void make_limits(const struct document_ground *g, const struct query *q, struct web_answer *ret)
{
	cleanup(port_map_cleanup) struct port_map *map = port_map_new(g->moment);
	cleanup(limits_free) struct limits limits = { 0 };

	limits_collect(map, &limits);
	limits_json(&ret->body, &limits);
}

static void remember_history(const struct chronicle *c, const struct query *q, struct text *ret)
{
	history_json(ret, c, q->key != NULL);
}

static void remember_counts(const struct chronicle *c, const struct query *q, struct text *ret)
{
	history_counts_json(ret, c);
}

static void remember_timeline(const struct chronicle *c, const struct query *q, struct text *ret)
{
	timeline_json(ret, c);
}

static const char *const of_check[] = { "expr", "at", NULL };
static const char *const of_list[] = { "expr", "columns", "sort", "group_by", "limit", "offset", "at", NULL };
static const char *const of_moment[] = { "at", NULL };
static const char *const of_counts[] = { "since", NULL };
static const char *const of_history[] = { "since", "key", NULL };
static const char *const of_timeline[] = { "since", NULL };
static const char *const of_fleet[] = { "limit", NULL };
static const char *const of_peer[] = { "tuple", NULL };
static const char *const of_releases[] = { "service", NULL };

const struct document documents[] = {
	{ "check", "what is wrong, who, why, since when, what to do", of_check, make_check, .wants_chronicle = true },
	{ "list", "the sockets, or groups of them", of_list, make_list },
	{ "ports", "what is left for bind(port 0) and connect(), until when", of_moment, make_ports },
	{ "strip", "the port ranges as pictures: what takes the ports of each piece", of_check, make_strip },
	{ "limits", "every limit a connection can meet: use, limit, time left", of_moment, make_limits },
	{ "counts", "numbers over time: sockets by program and state, what became of them, limits", of_counts, NULL,
	  remember_counts, .wants_figures = true },
	{ "history", "what the agent has found: since when, until when", of_history, NULL, remember_history },
	{ "timeline", "the same as a picture: states, ages, findings and releases over time", of_timeline, NULL,
	  remember_timeline, .wants_past = true },
	{ "fleet/status", "the hosts: when they were seen, how whole", of_fleet, .question = "status" },
	{ "fleet/pairs", "who owes whom the close, and what is not known", of_fleet, .question = "pairs" },
	{ "fleet/peer", "one connection, both its ends", of_peer, .question = "peer" },
	{ "fleet/leaks", "services that leave connections unfinished", of_fleet, .question = "leaks" },
	{ "fleet/ports", "ports of a host to one destination: used, usable, until when", of_fleet,
	  .question = "ports" },
	{ "fleet/half-open", "connections whose other end does not exist any more", of_fleet, .question = "half-open" },
	{ "fleet/stale-pools", "which service's idle timeout makes whose pool stale", of_fleet,
	  .question = "stale-pools" },
	{ "fleet/releases", "what a service was started as, and since when", of_releases, .question = "releases" },
	{ 0 },
};

bool document_is_of(const struct document *d, bool fleet)
{
	return (d->question != NULL) == fleet;
}

const struct document *document_find(const char *name, bool fleet)
{
	for (const struct document *d = documents; d->name; d++)
		if (document_is_of(d, fleet) && streq(d->name, name))
			return d;
	return NULL;
}

bool document_takes(const struct document *d, const char *parameter, struct web_answer *ret_error)
{
	TEXT_CLEANUP why = { 0 };

	for (const char *const *p = d->parameters; *p; p++)
		if (streq(*p, parameter))
			return true;
	for (const char *const *p = d->parameters; *p; p++)
		text_printf(&why, "%s%s", why.length ? ", " : "it takes ", *p);
	TEXT_CLEANUP what = { 0 };
	text_printf(&what, "%s does not take ", d->name);
	text_add_quoted(&what, parameter);
	answer_error(ret_error, 400, what.bytes, why.bytes ?: "it takes no parameter", NULL);
	return false;
}
