/* The table of subcommands, made from the list in meson.build, and what a row says of options. */
#include "command.h"
#include "base/words.h"

#define COMMAND(name) extern const struct command command_##name;
#include "cmd/commands.inc"
#undef COMMAND

const struct command *const *command_table(void)
{
	static const struct command *const table[] = {
#define COMMAND(name) &command_##name,
#include "cmd/commands.inc"
#undef COMMAND
		NULL,
	};

	return table;
}

const struct command *command_find(const char *name)
{
	for (const struct command *const *c = command_table(); *c; c++)
		if (word_equal((*c)->name, name))
			return *c;
	return NULL;
}

bool command_accepts(const struct command *c, const struct option *row)
{
	if (streq(row->name, "help") || streq(row->name, "version"))
		return true;
	for (const char *const *name = c->options; name && *name; name++)
		if (streq(*name, row->as ?: row->name))
			return true;
	return false;
}

bool command_offers(const struct command *c, const struct option *row, unsigned choice)
{
	return row->offset != offsetof(struct options, output) || c->outputs & 1U << choice;
}
