#include "figure.h"

const char *figure_kind_name(enum figure_kind kind)
{
	static const char *const names[] = {
		[FIGURE_GROUP] = "group",
		[FIGURE_COUNT] = "count",
		[FIGURE_LIMIT] = "limit",
	};

	return names[kind];
}
