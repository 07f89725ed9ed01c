#include "expression.h"
#include "base/log.h"

/* The expression again, and a mark below the place: only where it fits on one line. */
static void show_place(const char *expression, size_t column)
{
	TEXT_CLEANUP mark = { 0 };

	if (text_columns(expression) > 100 || strpbrk(expression, "\n\t"))
		return;
	text_pad(&mark, ' ', column - 1);
	log_hint("%s", expression);
	log_hint("%s^", mark.bytes);
}

bool expression_is_taken(const struct command *c)
{
	return c->arguments && strstr(c->arguments, "EXPR");
}

int expression_parse(const struct invocation *in, struct arena *arena, struct filter **ret)
{
	const char *expression = invocation_expression(in, arena);

	*ret = NULL;
	return expression ? expression_compile(expression, arena, ret) : STATUS_OK;
}

int expression_compile(const char *expression, struct arena *arena, struct filter **ret)
{
	struct filter_error error;

	if (!filter_compile(expression, arena, ret, &error))
		return STATUS_OK;
	log_error("column %zu: %s", error.column, error.message);
	show_place(expression, error.column);
	if (error.hint)
		log_hint("%s", error.hint);
	return STATUS_USAGE;
}

int expression_fields(const char *option, const char *list, bool signs, struct arena *arena, field_list *ret)
{
	const char *wrong;

	if (!field_list_parse(list, signs, arena, ret, &wrong))
		return STATUS_OK;
	const char *nearest = field_meant(wrong);
	log_error("--%s: no field is called \"%s\"", option, wrong);
	if (nearest)
		log_hint("did you mean %s?", nearest);
	else
		log_hint("unfin help fields lists them");
	return STATUS_USAGE;
}
