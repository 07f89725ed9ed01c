/* From argv to struct options. Options may stand before, between and after words; `--` ends them. */
#include "command.h"
#include "base/log.h"
#include "base/parse.h"
#include "base/words.h"
#include <errno.h>

struct parser {
	struct invocation *in;
	char **next; /* the argument to read next */
};

/* Options of other tools, and what does the same here. */
static const char *option_instead(const char *name)
{
	static const struct {
		const char *names, *hint;
	} others[] = {
		{ "limit top head lines max", "all is written, the oldest first: unfin list --sort -age | head -n 20" },
		{ "interval watch duration time seconds timeout", "watching is --window 10s" },
		{ "pid port process state filter where user",
		  "sockets are chosen by an expression: unfin list 'pid == 812'" },
		{ "format csv md yaml pretty", "the format is -o csv, -o md or --json" },
		{ "namespace net ns container",
		  "the network namespace is --netns NAME, or the pid of a process in it" },
		{ "no-color nocolor", "--color never, or NO_COLOR=1" },
		{ "verbose debug", "all is shown already; unfin doctor tells what cannot be seen" },
		{ "numeric", "it is numeric already; --resolve asks for names" },
		{ "fields", "--columns FIELD,... or --group-by FIELD,..." },
		{ "group", "--group-by FIELD,..." },
	};

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (word_listed(name, others[i].names))
			return others[i].hint;
	return NULL;
}

static int unknown_option(const struct command *c, const char *written, const char *name)
{
	ARRAY(const char *) known = { 0 };

	for (const struct option *row = option_table(); row->name; row++)
		if (command_accepts(c, row) && !row->hidden)
			*array_push(&known) = row->name;
	*array_push(&known) = NULL;
	const char *nearest = name ? word_nearest(name, known.items) : NULL;
	const char *instead = name ? option_instead(name) : NULL;
	log_error("%s has no option %s", c->name, written);
	if (instead)
		log_hint("%s", instead);
	else if (nearest)
		log_hint("did you mean --%s?", nearest);
	else
		log_hint("unfin %s --help shows its options", c->name);
	array_free(&known);
	return STATUS_USAGE;
}

static int wrong_value(const struct option *row, const char *value, const char *expected)
{
	log_error("--%s takes %s, not \"%s\"", row->name, expected, value);
	return STATUS_USAGE;
}

/* `offered`: NULL at the end. */
static int wrong_choice(const struct option *row, const char *value, const char *const *offered)
{
	TEXT_CLEANUP all = { 0 };

	for (const char *const *word = offered; *word; word++)
		text_printf(&all, "%s%s", word == offered ? "" : word[1] ? ", " : " or ", *word);
	wrong_value(row, value, all.bytes);
	const char *nearest = word_nearest(value, offered);
	if (nearest)
		log_hint("did you mean %s?", nearest);
	return STATUS_USAGE;
}

static int set_choice(const struct command *c, const struct option *row, unsigned *ret, const char *value)
{
	ARRAY(const char *) offered = { 0 };
	int status = STATUS_USAGE;

	for (unsigned i = 0; row->choices[i]; i++) {
		if (!command_offers(c, row, i))
			continue;
		*array_push(&offered) = row->choices[i];
		if (word_equal(row->choices[i], value)) {
			*ret = i;
			status = STATUS_OK;
		}
	}
	*array_push(&offered) = NULL;
	if (status != STATUS_OK)
		wrong_choice(row, value, offered.items);
	array_free(&offered);
	return status;
}

/* "10/s" says the unit that is meant anyway. */
static int parse_rate(const char *value, uint64_t *ret)
{
	size_t digits = strspn(value, "0123456789");
	cleanup(cleanup_free) char *number = memory_strndup(value, digits);

	return value[digits] && !streq(value + digits, "/s") ? -EINVAL : parse_u64(number, ret);
}

static int set_rate(const struct option *row, struct optional *ret, const char *value)
{
	uint64_t number;

	if (parse_rate(value, &number))
		return wrong_value(row, value, "a number a second, like 10/s");
	*ret = (struct optional){ .given = true, .value = number };
	return STATUS_OK;
}

static int set_number(const struct option *row, struct optional *ret, const char *value)
{
	bool time = row->kind == OPTION_DURATION;
	uint64_t number;

	if (time ? parse_duration_ms(value, &number) : parse_u64(value, &number)) {
		const char *unit = time ? parse_unit_meant(value) : NULL;
		wrong_value(row, value, time ? "a duration like 90s, 5m or 2h" : "a number");
		if (unit)
			log_hint("write %.*s%s", (int)strspn(value, "0123456789."), value, unit);
		return STATUS_USAGE;
	}
	*ret = (struct optional){ .given = true, .value = number };
	return STATUS_OK;
}

int invocation_set(struct invocation *in, const struct option *row, const char *value)
{
	void *member = (char *)&in->options + row->offset;

	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)member = true;
		return STATUS_OK;
	case OPTION_PRESET:
		*(unsigned *)member = row->preset;
		return STATUS_OK;
	case OPTION_TEXT:
		*(const char **)member = value;
		return STATUS_OK;
	case OPTION_LIST:
		*array_push((text_list *)member) = value;
		return STATUS_OK;
	case OPTION_CHOICE:
		return set_choice(in->command, row, member, value);
	case OPTION_NUMBER:
	case OPTION_DURATION:
		return set_number(row, member, value);
	case OPTION_RATE:
		return set_rate(row, member, value);
	}
	return STATUS_USAGE;
}

static int give(struct invocation *in, const struct option *row, const char *value)
{
	in->given |= option_bit(row);
	return invocation_set(in, row, value);
}

static int missing_value(const struct option *row)
{
	log_error("--%s needs a value: --%s %s", row->name, row->name, row->argument);
	return STATUS_USAGE;
}

/* `--name`, `--name=value`, `--name value` */
static int parse_long(struct parser *p, const char *arg)
{
	const char *equals = strchr(arg, '=');
	size_t length = equals ? (size_t)(equals - arg) : strlen(arg);
	cleanup(cleanup_free) char *name = memory_strndup(arg + 2, length - 2);
	const struct command *c = p->in->command;

	for (const struct option *row = option_table(); row->name; row++) {
		if (!word_equal(row->name, name) || !command_accepts(c, row))
			continue;
		if (!row->argument && equals) {
			log_error("--%s takes no value", row->name);
			return STATUS_USAGE;
		}
		if (!row->argument)
			return give(p->in, row, NULL);
		if (!equals && !*p->next)
			return missing_value(row);
		return give(p->in, row, equals ? equals + 1 : *p->next++);
	}
	return unknown_option(c, arg, name);
}

/* `-q`, `-qr`, `-o json`, `-ojson` */
static int parse_letters(struct parser *p, const char *arg)
{
	const struct command *c = p->in->command;

	for (const char *letter = arg + 1; *letter; letter++) {
		const struct option *row = option_table();
		while (row->name && (row->letter != *letter || !command_accepts(c, row)))
			row++;
		if (!row->name)
			return unknown_option(c, (char[]){ '-', *letter, '\0' }, NULL);
		if (!row->argument) {
			give(p->in, row, NULL);
			continue;
		}
		if (letter[1])
			return give(p->in, row, letter + 1);
		return *p->next ? give(p->in, row, *p->next++) : missing_value(row);
	}
	return STATUS_OK;
}

static int parse_rest(struct parser *p)
{
	struct invocation *in = p->in;

	if (in->command->runs_command) {
		if (!*p->next) {
			log_error("a command must follow --");
			return STATUS_USAGE;
		}
		in->child = p->next;
		return STATUS_OK;
	}
	while (*p->next)
		*array_push(&in->words) = *p->next++;
	return STATUS_OK;
}

static int parse_arguments(struct parser *p)
{
	int status = STATUS_OK;

	while (status == STATUS_OK && *p->next) {
		char *arg = *p->next++;
		if (streq(arg, "--"))
			return parse_rest(p);
		if (starts_with(arg, "--"))
			status = parse_long(p, arg);
		else if (*arg == '-' && arg[1])
			status = parse_letters(p, arg);
		else
			*array_push(&p->in->words) = arg;
	}
	return status;
}

int invocation_parse(struct invocation *in, char **argv)
{
	struct parser p = { .in = in, .next = argv };

	in->arguments = argv;
	return parse_arguments(&p);
}

void invocation_free(struct invocation *in)
{
	options_free(&in->options);
	array_free(&in->words);
	array_free(&in->origins);
	free(in->config_text);
}

const char *invocation_expression(const struct invocation *in, struct arena *arena)
{
	TEXT_CLEANUP all = { 0 };

	array_each (&in->words, word) {
		if (all.length)
			text_add_char(&all, ' ');
		text_add(&all, *word);
	}
	return all.length ? arena_strdup(arena, all.bytes) : NULL;
}

int invocation_at_most(const struct invocation *in, size_t words)
{
	if (in->words.count <= words)
		return STATUS_OK;
	log_error("%s does not know what to do with \"%s\"", in->command->name, in->words.items[words]);
	log_hint("unfin %s --help shows what it takes", in->command->name);
	return STATUS_USAGE;
}
