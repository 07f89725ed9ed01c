/* What is asked of a document: the part of an address behind the `?`, as names and values. */
#pragma once
#include "answer.h"

/* Values as they were sent, decoded; NULL: not given. Its own copies. */
struct query {
	char *expr, *columns, *sort, *group_by; /* as the options of `list` */
	char *at, *since, *key;                 /* of the history */
	char *tuple, *service;                  /* of a fleet */
	size_t limit, offset;                   /* rows of a list */
};

enum { QUERY_ROWS = 10000, QUERY_ROWS_MOST = 20000 }; /* unless told otherwise; whatever was told */

void query_init(struct query *q);
void query_free(struct query *q);
/* Takes one parameter in. False, with the answer, if it has no such name, comes twice, or its value cannot be. */
bool query_take(struct query *q, const char *name, const char *value, struct web_answer *ret_error);
