/* Which path leads where. A table, and what needs no work is answered from it. */
#pragma once
#include "answer.h"

struct document;
struct site_plan;

enum route {
	ROUTE_NOWHERE,
	ROUTE_PAGE,
	ROUTE_STYLE,
	ROUTE_SCRIPT,
	ROUTE_ICON,
	ROUTE_METRICS,
	ROUTE_HEALTHY,
	ROUTE_READY,
	ROUTE_INDEX,
	ROUTE_DOCUMENT, /* with `ret_document` */
	ROUTE_MOMENT,
	ROUTE_STREAM,
};

enum route route_of(const struct site_plan *plan, const char *path, const struct document **ret_document);
/* Of a route that needs nothing: style, healthy, index, nowhere. */
void route_answer(const struct site_plan *plan, const char *path, struct web_answer *ret);
