#include "rows.h"
#include "model/sort.h"

static bool is_wanted(const struct moment *m, const struct filter *filter, const struct socket *s)
{
	return (s->netns == NETNS_UNKNOWN || m->netns.items[s->netns].in_scope) && filter_match(filter, m, s);
}

static struct sheet_column column_of(const struct field *f)
{
	return (struct sheet_column){ f->name, f->heading, f->right };
}

static bool next_socket(void *state, struct value *row)
{
	struct socket_rows *r = state;
	const struct moment *m = r->sheet.moment;
	size_t i = 0;

	for (; r->at < r->count; r->at++) {
		const struct socket *s = &m->sockets.items[r->order ? r->order[r->at] : r->at];
		if (!r->order && !is_wanted(m, r->filter, s))
			continue;
		array_each (r->columns, key) {
			row[i] = field_value(key->field, m, s, &r->scratch[i]);
			i++;
		}
		r->at++;
		return true;
	}
	return false;
}

size_t rows_choose(const struct moment *m, const struct filter *filter, const field_list *sort, uint32_t **ret)
{
	uint32_t *order = memory_resize(NULL, MAX(m->sockets.count, (size_t)1), sizeof(*order));
	size_t count = 0;

	for (size_t i = 0; i < m->sockets.count; i++)
		if (is_wanted(m, filter, &m->sockets.items[i]))
			order[count++] = (uint32_t)i;
	sort_sockets(m, order, count, sort);
	*ret = order;
	return count;
}

static void begin(struct socket_rows *r, const struct moment *m, const field_list *columns)
{
	*r = (struct socket_rows){ .columns = columns, .count = m->sockets.count };
	r->sheet = (struct sheet){ "list", "sockets", m, r->heads, .next = next_socket, .state = r };
	array_each (columns, key)
		r->heads[r->sheet.width++] = column_of(key->field);
}

static void choose(struct socket_rows *r, const field_list *sort)
{
	r->count = rows_choose(r->sheet.moment, r->filter, sort, &r->own);
	r->order = r->own;
}

void socket_rows_begin(struct socket_rows *r, const struct moment *m, const struct filter *filter,
                       const field_list *columns, const field_list *sort)
{
	begin(r, m, columns);
	r->filter = filter;
	if (sort->count)
		choose(r, sort);
}

void socket_rows_begin_ordered(struct socket_rows *r, const struct moment *m, const field_list *columns,
                               const uint32_t *order, size_t count)
{
	begin(r, m, columns);
	r->order = order;
	r->count = count;
}

size_t socket_rows_part(struct socket_rows *r, size_t offset, size_t limit)
{
	static const field_list unsorted = { 0 };

	if (!r->order)
		choose(r, &unsorted);
	size_t all = r->count;
	r->at = MIN(offset, all);
	r->count = r->at + MIN(limit, all - r->at);
	return all;
}

void socket_rows_free(struct socket_rows *r)
{
	free(r->own);
	for (size_t i = 0; i < ARRAY_SIZE(r->scratch); i++)
		text_free(&r->scratch[i]);
}

static bool next_group(void *state, struct value *row)
{
	struct group_rows *r = state;
	size_t fields = r->groups.fields->count;

	if (r->at == r->end)
		return false;
	const struct group *g = &r->groups.rows.items[r->at++];
	memcpy(row, g->values, fields * sizeof(*row));
	row[fields] = value_number(g->count);
	row[fields + 1] = g->oldest;
	return true;
}

void group_rows_begin(struct group_rows *r, const struct moment *m, const struct filter *filter, const field_list *by)
{
	*r = (struct group_rows){ .at = 0 };
	r->sheet = (struct sheet){ "list", "groups", m, r->heads, .next = next_group, .state = r };
	groups_init(&r->groups, by);
	array_each (&m->sockets, s)
		if (is_wanted(m, filter, s))
			groups_add(&r->groups, m, s);
	r->end = r->groups.rows.count;
	array_each (by, key)
		r->heads[r->sheet.width++] = column_of(key->field);
	r->heads[r->sheet.width++] = (struct sheet_column){ "count", "Count", true };
	r->heads[r->sheet.width++] = (struct sheet_column){ "oldest_ms", "Oldest", true };
}

int group_rows_sort(struct group_rows *r, const char *list, const char **ret_wrong)
{
	return groups_sort(&r->groups, list, ret_wrong);
}

size_t group_rows_part(struct group_rows *r, size_t offset, size_t limit)
{
	size_t all = r->end;

	r->at = MIN(offset, all);
	r->end = r->at + MIN(limit, all - r->at);
	return all;
}

void group_rows_free(struct group_rows *r)
{
	groups_free(&r->groups);
}

void rows_data_columns(field_list *ret)
{
	for (const struct field *f = field_table(); f->name; f++)
		if (f->json)
			*array_push(ret) = (struct field_key){ .field = f };
}
