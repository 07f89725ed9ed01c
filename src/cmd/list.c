/* unfin list: the sockets, one a line, or counted by some of their fields. */
#include "command.h"
#include "expression.h"
#include "list_rows.h"
#include "narrowed.h"
#include "output.h"
#include "session.h"
#include "view/rows.h"

struct list {
	const struct invocation *in;
	struct arena *arena;
	struct filter *filter;
	field_list columns, sort, groups;
};

static void list_free(struct list *l)
{
	array_free(&l->columns);
	array_free(&l->sort);
	array_free(&l->groups);
	arena_free(l->arena);
}

static bool is_data(enum output output)
{
	return output == OUTPUT_JSON || output == OUTPUT_JSONL || output == OUTPUT_CSV;
}

/* Data has the contract's members in its order; a table has its columns from left to right. */
static void default_columns(enum output output, field_list *ret)
{
	if (is_data(output)) {
		rows_data_columns(ret);
		return;
	}
	for (const struct field *f = field_table(); f->name; f++)
		if (f->column && (!f->wide || output == OUTPUT_WIDE))
			*array_push(ret) = (struct field_key){ .field = f };
	for (size_t i = 1; i < ret->count; i++) {
		struct field_key key = ret->items[i];
		size_t at = i;
		for (; at && ret->items[at - 1].field->column > key.field->column; at--)
			ret->items[at] = ret->items[at - 1];
		ret->items[at] = key;
	}
}

static int list_parse(struct list *l)
{
	const struct options *o = &l->in->options;
	int status = expression_parse(l->in, l->arena, &l->filter);

	if (!status && o->group_by)
		status = expression_fields("group-by", o->group_by, false, l->arena, &l->groups);
	else if (!status && o->sort)
		status = expression_fields("sort", o->sort, true, l->arena, &l->sort);
	if (!status && o->columns)
		status = expression_fields("columns", o->columns, false, l->arena, &l->columns);
	if (!status && !o->columns)
		default_columns(o->output, &l->columns);
	return status ?: list_fits(&l->columns, &l->groups);
}

/* With sockets of several namespaces an address alone does not say which it is. */
static bool several_netns(const struct moment *m)
{
	uint32_t first = NETNS_UNKNOWN;

	array_each (&m->sockets, s) {
		if (s->netns == NETNS_UNKNOWN || !m->netns.items[s->netns].in_scope || s->netns == first)
			continue;
		if (first != NETNS_UNKNOWN)
			return true;
		first = s->netns;
	}
	return false;
}

static void add_netns(field_list *columns)
{
	struct field_key *last = array_push(columns), before = last[-1];

	last[-1] = (struct field_key){ .field = field_find("netns") };
	*last = before;
}

static unsigned list_wants(const struct list *l)
{
	const field_list *shown = l->groups.count ? &l->groups : &l->columns;

	return filter_wants(l->filter) | field_list_wants(&l->sort) | field_list_wants(shown);
}

static int list_run(const struct invocation *in)
{
	cleanup(list_free) struct list l = { .in = in, .arena = arena_new() };
	cleanup(session_close) struct session s = { 0 };
	int status = list_parse(&l);

	if (status != STATUS_OK)
		return status;
	s.later = in->options.resolve ? POWER_RESOLVE : 0;
	session_limit(&s, &in->options, list_wants(&l));
	status = session_open(&s, &in->options, list_wants(&l)) ?: session_look(&s) ?: session_seen(&s);

	if (status != STATUS_OK)
		return status;
	narrowed_tell(in, s.from, s.moment);
	if (in->options.output == OUTPUT_TABLE && !in->options.columns && several_netns(s.moment))
		add_netns(&l.columns);
	if (l.groups.count)
		status = list_groups(&in->options, s.moment, l.filter, &l.groups);
	else
		status = list_sockets(&in->options, s.moment, l.filter, &l.columns, &l.sort);
	session_tell_gaps(&s);
	return status;
}

static const char *const list_options[] = { "group-by",  "sort",  "columns", "output", "json",      "no-header",
	                                    "resolve",   "netns", "from",    "at",     "state-dir", "color",
	                                    "show-args", "quiet", "source",  NULL };

const struct command command_list = {
	.name = "list",
	.arguments = "[EXPR]",
	.summary = "the sockets, one a line, with the processes that hold them",
	.examples = "unfin list  # all sockets\n"
	            "unfin list --group-by state  # how many in each state\n"
	            "unfin list --group-by comm,pid,state  # how many of whom, in which state\n"
	            "unfin list 'role == client' --group-by comm,peer_address,peer_port,state  # who is connected to "
	            "where\n"
	            "unfin list 'state == close-wait and age > 10m'  # what is left unfinished\n"
	            "unfin list pid == 812 --sort -age  # the oldest sockets of one process first\n"
	            "unfin list 'peer in 10.0.0.0/8 and not comm ~ nginx*' --json\n",
	.details = "EXPR compares fields with == != < <= > >= ~ (a pattern: nginx*) and in (10.0.0.0/8), joined by\n"
	           "and, or, not and ( ). `age > 10m` is true if it is certainly so; `== -` finds what is not known.\n"
	           "unfin help fields lists the fields.\n",
	.options = list_options,
	.outputs = OUTPUT(TABLE) | OUTPUT(WIDE) | OUTPUT(JSON) | OUTPUT(JSONL) | OUTPUT(CSV) | OUTPUT(MD),
	.power = POWER_LOOK | POWER_ENTER | POWER_TRACK | POWER_FOREIGN | POWER_RESOLVE,
	.run = list_run,
};
