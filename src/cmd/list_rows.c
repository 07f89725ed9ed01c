#include "list_rows.h"
#include "output.h"
#include "status.h"
#include "base/log.h"
#include "base/words.h"
#include "model/group.h"
#include "model/sort.h"

int list_fits(const field_list *columns, const field_list *groups)
{
	size_t most = SHEET_WIDTH_MOST - 2; /* groups have two figures of their own */

	if (columns->count <= most && groups->count <= most)
		return STATUS_OK;
	log_error("at most %zu fields fit into a row", most);
	return STATUS_USAGE;
}

static bool wanted(const struct moment *m, const struct filter *filter, const struct socket *s)
{
	return (s->netns == NETNS_UNKNOWN || m->netns.items[s->netns].in_scope) && filter_match(filter, m, s);
}

struct socket_rows {
	const struct moment *m;
	const struct filter *filter;
	const field_list *columns;
	uint32_t *order; /* positions, NULL: as they come */
	size_t count, at;
	struct text scratch[SHEET_WIDTH_MOST];
};

static void socket_rows_free(struct socket_rows *r)
{
	free(r->order);
	for (size_t i = 0; i < ARRAY_SIZE(r->scratch); i++)
		text_free(&r->scratch[i]);
}

static bool next_socket(void *state, struct value *row)
{
	struct socket_rows *r = state;
	size_t i = 0;

	for (; r->at < r->count; r->at++) {
		const struct socket *s = &r->m->sockets.items[r->order ? r->order[r->at] : r->at];
		if (!r->order && !wanted(r->m, r->filter, s))
			continue;
		array_each (r->columns, key) {
			row[i] = field_value(key->field, r->m, s, &r->scratch[i]);
			i++;
		}
		r->at++;
		return true;
	}
	return false;
}

static void sort_rows(struct socket_rows *r, const field_list *sort)
{
	size_t matched = 0;

	r->order = memory_resize(NULL, r->count, sizeof(*r->order));
	for (size_t i = 0; i < r->count; i++)
		if (wanted(r->m, r->filter, &r->m->sockets.items[i]))
			r->order[matched++] = (uint32_t)i;
	r->count = matched;
	sort_sockets(r->m, r->order, matched, sort);
}

static struct sheet_column column_of(const struct field *f)
{
	return (struct sheet_column){ f->name, f->heading, f->right };
}

int list_sockets(const struct options *o, const struct moment *m, const struct filter *filter,
                 const field_list *columns, const field_list *sort)
{
	cleanup(socket_rows_free) struct socket_rows rows = {
		.m = m,
		.filter = filter,
		.columns = columns,
		.count = m->sockets.count,
	};
	struct sheet_column heads[SHEET_WIDTH_MOST];
	struct sheet sheet = { "list", "sockets", m, heads, .next = next_socket, .state = &rows };

	array_each (columns, key)
		heads[sheet.width++] = column_of(key->field);
	if (sort->count)
		sort_rows(&rows, sort);
	return output_sheet(o, &sheet);
}

struct group_rows {
	const struct groups *groups;
	size_t at;
};

static bool next_group(void *state, struct value *row)
{
	struct group_rows *r = state;
	size_t fields = r->groups->fields->count;

	if (r->at == r->groups->rows.count)
		return false;
	const struct group *g = &r->groups->rows.items[r->at++];
	memcpy(row, g->values, fields * sizeof(*row));
	row[fields] = value_number(g->count);
	row[fields + 1] = g->oldest;
	return true;
}

static int unknown_order(const field_list *by, const char *wrong)
{
	ARRAY(const char *) known = { 0 };
	TEXT_CLEANUP all = { 0 };

	array_each (by, key)
		*array_push(&known) = field_word(key->field);
	*array_push(&known) = "count";
	*array_push(&known) = "oldest";
	array_each (&known, word)
		text_printf(&all, "%s%s", all.length ? ", " : "", *word);
	*array_push(&known) = NULL;
	const char *nearest = word_nearest(wrong, known.items);
	log_error("--sort: these groups have no \"%s\"", wrong);
	log_hint(nearest ? "did you mean %s?" : "they have %s", nearest ?: all.bytes);
	array_free(&known);
	return STATUS_USAGE;
}

int list_groups(const struct options *o, const struct moment *m, const struct filter *filter, const field_list *by)
{
	cleanup(groups_free) struct groups groups;
	struct sheet_column heads[SHEET_WIDTH_MOST];
	struct group_rows rows = { .groups = &groups };
	struct sheet sheet = { "list", "groups", m, heads, .next = next_group, .state = &rows };
	const char *wrong;

	groups_init(&groups, by);
	array_each (&m->sockets, s)
		if (wanted(m, filter, s))
			groups_add(&groups, m, s);
	if (groups_sort(&groups, o->sort, &wrong))
		return unknown_order(by, wrong);
	array_each (by, key)
		heads[sheet.width++] = column_of(key->field);
	heads[sheet.width++] = (struct sheet_column){ "count", "Count", true };
	heads[sheet.width++] = (struct sheet_column){ "oldest_ms", "Oldest", true };
	return output_sheet(o, &sheet);
}
