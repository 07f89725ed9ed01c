/* EXPR and lists of fields from the command line: errors are told with the place and the words that were expected. */
#pragma once
#include "command.h"
#include "model/filter/filter.h"

/* The words of the command line as a filter; NULL where there are none. STATUS_OK or STATUS_USAGE. */
bool expression_is_taken(const struct command *c);
int expression_parse(const struct invocation *in, struct arena *arena, struct filter **ret);

/* One that an option has. The same results. */
int expression_compile(const char *expression, struct arena *arena, struct filter **ret);

/* The value of `--option` as fields; `signs` allows -field. STATUS_OK or STATUS_USAGE. */
int expression_fields(const char *option, const char *list, bool signs, struct arena *arena, field_list *ret);
