#include "narrowed.h"
#include "asked.h"
#include "config.h"
#include "expression.h"

static void narrowed_add(struct moment *m, const struct text *t)
{
	*array_push(&m->narrowed) = arena_strdup(m->arena, t->bytes);
}

static void tell_expression(const struct invocation *in, struct moment *m)
{
	TEXT_CLEANUP t = { 0 };
	const char *expression = expression_is_taken(in->command) ? invocation_expression(in, m->arena) : NULL;

	if (!expression)
		return;
	text_printf(&t, "sockets that match %s", expression);
	narrowed_add(m, &t);
}

static void tell_options(const struct invocation *in, struct moment *m)
{
	for (const char *const *name = asked_options; *name; name++) {
		const struct option *row = option_find(*name);
		TEXT_CLEANUP t = { 0 };
		if (!config_has(in, row))
			continue;
		text_printf(&t, "%s ", row->name);
		config_value(&t, in, row);
		text_add(&t, " (");
		config_origins(&t, in, row);
		text_add_char(&t, ')');
		narrowed_add(m, &t);
	}
}

static void tell_namespaces(const struct invocation *in, const char *from, struct moment *m)
{
	const struct option *netns = option_find("netns");
	TEXT_CLEANUP t = { 0 };

	if (m->scope_all)
		return;
	text_printf(&t, "network namespace %s (", from ? "of the record" : in->options.netns ?: getenv("UNFIN_NETNS") ?: "self");
	if (from)
		text_add(&t, from);
	else if (config_has(in, netns))
		config_origins(&t, in, netns);
	else
		text_add(&t, "UNFIN_NETNS");
	text_add_char(&t, ')');
	narrowed_add(m, &t);
}

void narrowed_tell(const struct invocation *in, const char *from, struct moment *m)
{
	tell_expression(in, m);
	tell_options(in, m);
	tell_namespaces(in, from, m);
	if (in->config_error)
		moment_gap(m, arena_printf(m->arena, "the defaults in %s", config_default_file),
		           strerror(-in->config_error), NULL);
}
