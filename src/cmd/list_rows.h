/* The two kinds of rows that `list` gives: sockets, and groups of them. */
#pragma once
#include "model/filter/filter.h"
#include "options.h"

/* More columns than a row has room for: says so. STATUS_OK or STATUS_USAGE. */
int list_fits(const field_list *columns, const field_list *groups);

/* Both write to stdout; enum status. Only sockets of namespaces that were asked for count. */
int list_sockets(const struct options *o, const struct moment *m, const struct filter *filter,
                 const field_list *columns, const field_list *sort);
int list_groups(const struct options *o, const struct moment *m, const struct filter *filter, const field_list *by);
