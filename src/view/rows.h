/* The two kinds of rows that `list` and its page give, as sheets: sockets, and groups of them. Only sockets of
 *namespaces that were asked for count.
 *
 *	cleanup(socket_rows_free) struct socket_rows rows;
 *	socket_rows_begin(&rows, m, filter, &columns, &sort);
 *	return sheet_json(&rows.sheet, fd);
 */
#pragma once
#include "model/filter/filter.h"
#include "model/group.h"
#include "sheet.h"

struct socket_rows {
	struct sheet sheet; /* borrows the rest: it stays where it was begun */
	struct sheet_column heads[SHEET_WIDTH_MOST];
	const struct filter *filter;
	const field_list *columns;
	const uint32_t *order; /* positions of those that match; NULL: as they come */
	uint32_t *own;         /* to be freed: its order, or NULL */
	size_t count, at;
	struct text scratch[SHEET_WIDTH_MOST];
};

/* `filter` NULL: all. All is borrowed. At most SHEET_WIDTH_MOST columns. */
void socket_rows_begin(struct socket_rows *r, const struct moment *m, const struct filter *filter,
                       const field_list *columns, const field_list *sort);
/* Those that were chosen before, from the same moment; borrowed, too. */
void socket_rows_begin_ordered(struct socket_rows *r, const struct moment *m, const field_list *columns,
                               const uint32_t *order, size_t count);
/* Positions of the sockets that match, in that order, and how many they are; the caller frees them. */
size_t rows_choose(const struct moment *m, const struct filter *filter, const field_list *sort, uint32_t **ret);
/* From now on no more than `limit` of those behind the first `offset`. Returns how many there are in all. */
size_t socket_rows_part(struct socket_rows *r, size_t offset, size_t limit);
void socket_rows_free(struct socket_rows *r);

struct group_rows {
	struct sheet sheet; /* as above; two figures follow the fields: count and oldest_ms */
	struct sheet_column heads[SHEET_WIDTH_MOST];
	struct groups groups;
	size_t at, end;
};

enum { ROWS_FIELDS_MOST = SHEET_WIDTH_MOST - 2 };

/* At most ROWS_FIELDS_MOST fields. */
void group_rows_begin(struct group_rows *r, const struct moment *m, const struct filter *filter, const field_list *by);
/* By `list`, as groups_sort(): 0, or -EINVAL and the wrong word. */
int group_rows_sort(struct group_rows *r, const char *list, const char **ret_wrong);
size_t group_rows_part(struct group_rows *r, size_t offset, size_t limit);
void group_rows_free(struct group_rows *r);

/* The columns of `sockets` in data: the contract's members in its order. Appends them. */
void rows_data_columns(field_list *ret);
