#include "query.h"
#include "base/array.h"
#include "base/parse.h"
#include "base/words.h"

static const struct parameter {
	const char *name;
	size_t offset;
	bool number;
} parameters[] = {
	{ "expr", offsetof(struct query, expr) },
	{ "columns", offsetof(struct query, columns) },
	{ "sort", offsetof(struct query, sort) },
	{ "group_by", offsetof(struct query, group_by) },
	{ "at", offsetof(struct query, at) },
	{ "since", offsetof(struct query, since) },
	{ "key", offsetof(struct query, key) },
	{ "tuple", offsetof(struct query, tuple) },
	{ "service", offsetof(struct query, service) },
	{ "limit", offsetof(struct query, limit), .number = true },
	{ "offset", offsetof(struct query, offset), .number = true },
};

void query_init(struct query *q)
{
	*q = (struct query){ .limit = QUERY_ROWS };
}

void query_free(struct query *q)
{
	free(q->expr);
	free(q->columns);
	free(q->sort);
	free(q->group_by);
	free(q->at);
	free(q->since);
	free(q->key);
	free(q->tuple);
	free(q->service);
}

static bool refuse(struct web_answer *a, const char *what, const char *name, const char *why, const char *mend)
{
	TEXT_CLEANUP told = { 0 };

	text_printf(&told, "%s ", what);
	text_add_quoted(&told, name);
	answer_error(a, 400, told.bytes, why, mend);
	return false;
}

static bool refuse_name(struct web_answer *a, const char *name)
{
	const char *names[ARRAY_SIZE(parameters) + 1] = { 0 };
	TEXT_CLEANUP mend = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(parameters); i++)
		names[i] = parameters[i].name;
	const char *nearest = word_nearest(name, names);
	text_printf(&mend, nearest ? "did you mean %s?" : "/api/v1/ lists them", nearest);
	return refuse(a, "there is no parameter", name, NULL, mend.bytes);
}

static bool take_number(size_t *ret, const char *name, const char *value, struct web_answer *a)
{
	uint64_t number;

	if (parse_u64(value, &number) || number > UINT32_MAX)
		return refuse(a, "wrong value of the parameter", name, "it is a number of rows", NULL);
	*ret = (size_t)number;
	return true;
}

bool query_take(struct query *q, const char *name, const char *value, struct web_answer *ret_error)
{
	for (const struct parameter *p = parameters; p < parameters + ARRAY_SIZE(parameters); p++) {
		void *member = (char *)q + p->offset;
		if (!streq(p->name, name))
			continue;
		if (p->number)
			return take_number(member, name, value, ret_error);
		if (*(char **)member)
			return refuse(ret_error, "given twice: the parameter", name, NULL, "give it once");
		*(char **)member = memory_strdup(value);
		return true;
	}
	return refuse_name(ret_error, name);
}
