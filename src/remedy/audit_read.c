#include "audit_read.h"
#include "base/file.h"
#include <errno.h>
#include <jansson.h>

enum { AUDIT_BYTES = 1 << 30, NO_LOGIN = -1 };

static const char *text_of(const json_t *line, const char *name, struct arena *arena)
{
	const char *text = json_string_value(json_object_get(line, name));

	return text ? arena_strdup(arena, text) : NULL;
}

static int64_t number_of(const json_t *line, const char *name, int64_t missing)
{
	const json_t *value = json_object_get(line, name);

	return json_is_integer(value) ? json_integer_value(value) : missing;
}

/* "fetch[812]", and how many more. */
static const char *holder_of(const json_t *line, struct arena *arena)
{
	const json_t *holders = json_object_get(line, "holders"), *first = json_array_get(holders, 0);
	const char *comm = json_string_value(json_object_get(first, "comm"));
	size_t count = json_array_size(holders);

	if (!comm)
		return NULL;
	const char *one = arena_printf(arena, "%s[%lld]", comm, (long long)number_of(first, "pid", 0));
	return count > 1 ? arena_printf(arena, "%s and %zu more", one, count - 1) : one;
}

static void take(const json_t *line, struct arena *arena, struct reclaimed *ret)
{
	*ret = (struct reclaimed){
		.at = text_of(line, "at", arena),
		.plan_id = text_of(line, "plan_id", arena),
		.command = text_of(line, "command", arena),
		.state = text_of(line, "state", arena),
		.local = text_of(line, "local", arena),
		.peer = text_of(line, "peer", arena),
		.holder = holder_of(line, arena),
		.cause = text_of(line, "cause", arena),
		.forced = text_of(line, "forced", arena),
		.method = text_of(line, "method", arena),
		.result = text_of(line, "result", arena),
		.why = text_of(line, "why", arena),
		.cookie = (uint64_t)number_of(line, "cookie", 0),
		.uid = number_of(line, "uid", 0),
		.login_uid = number_of(line, "login_uid", NO_LOGIN),
		.error = number_of(line, "errno", 0),
	};
}

bool audit_parse(const char *line, size_t length, struct arena *arena, struct reclaimed *ret, bool *ret_is_result)
{
	json_t *document = json_loadb(line, length, JSON_REJECT_DUPLICATES, NULL);
	const char *step = json_string_value(json_object_get(document, "step"));
	bool result = step && streq(step, "result"), known = result || (step && streq(step, "intent"));

	if (known) {
		take(document, arena, ret);
		known = ret->at && ret->plan_id && ret->local && ret->peer && ret->cookie && (ret->result || !result);
		*ret_is_result = result;
	}
	json_decref(document);
	return known;
}

/* Results come in the order of their intents: so the first one that has none is mostly it. */
static struct reclaimed *find_intent(reclaimed_list *rows, size_t *first_open, const struct reclaimed *result)
{
	while (*first_open < rows->count && rows->items[*first_open].result)
		++*first_open;
	for (size_t i = *first_open; i < rows->count; i++) {
		struct reclaimed *row = &rows->items[i];
		if (row->cookie == result->cookie && !row->result && streq(row->plan_id, result->plan_id))
			return row;
	}
	return NULL;
}

static void add(reclaimed_list *rows, size_t *first_open, const struct reclaimed *row, bool is_result)
{
	struct reclaimed *intent = is_result ? find_intent(rows, first_open, row) : NULL;

	*(intent ?: array_push(rows)) = *row;
}

int audit_read(const char *path, struct arena *arena, reclaimed_list *ret, size_t *ret_broken)
{
	TEXT_CLEANUP all = { 0 };
	int err = file_read(path, AUDIT_BYTES, &all);
	size_t first_open = 0;

	*ret_broken = 0;
	for (size_t at = 0; at < all.length && !err;) {
		const char *line = all.bytes + at, *end = memchr(line, '\n', all.length - at);
		size_t length = end ? (size_t)(end - line) : all.length - at;
		struct reclaimed row;
		bool is_result;
		if (audit_parse(line, length, arena, &row, &is_result))
			add(ret, &first_open, &row, is_result);
		else
			*ret_broken += length > 0;
		at += length + 1;
	}
	return err;
}
