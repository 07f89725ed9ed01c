#include "list_rows.h"
#include "output.h"
#include "status.h"
#include "base/log.h"
#include "base/words.h"
#include "view/rows.h"

int list_fits(const field_list *columns, const field_list *groups)
{
	if (columns->count <= ROWS_FIELDS_MOST && groups->count <= ROWS_FIELDS_MOST)
		return STATUS_OK;
	log_error("at most %u fields fit into a row", ROWS_FIELDS_MOST);
	return STATUS_USAGE;
}

int list_sockets(const struct options *o, const struct moment *m, const struct filter *filter,
                 const field_list *columns, const field_list *sort)
{
	cleanup(socket_rows_free) struct socket_rows rows;

	socket_rows_begin(&rows, m, filter, columns, sort);
	return output_sheet(o, &rows.sheet);
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
	cleanup(group_rows_free) struct group_rows rows;
	const char *wrong;

	group_rows_begin(&rows, m, filter, by);
	if (group_rows_sort(&rows, o->sort, &wrong))
		return unknown_order(by, wrong);
	return output_sheet(o, &rows.sheet);
}
