#include "config.h"
#include "base/file.h"
#include "base/format.h"
#include "base/log.h"
#include "base/words.h"
#include <errno.h>

enum { CONFIG_BYTES = 64 * 1024 };

const char *const config_default_file = "/etc/unfin.conf";

/* Those that make no sense as a default for every run. */
static const char *const excepted[] = { "help",     "version", "from",        "at",   "record", "redact",
	                                "textfile", "config",  "show-config", "json", NULL };

static bool is_listed(const char *const *names, const char *name)
{
	while (*names && !streq(*names, name))
		names++;
	return *names;
}

static bool may_set(const struct command *c, const struct option *row)
{
	if (is_listed(excepted, row->name))
		return false;
	return command_accepts(c, row) && !row->hidden && (!c->settings || is_listed(c->settings, row->name));
}

struct line {
	const char *file;
	unsigned number;
	const char *start; /* for the column */
};

static void say_place(const struct line *line, const char *at, const char *what, const char *word)
{
	log_error("%s:%u:%zu: %s \"%s\"", line->file, line->number, (size_t)(at - line->start) + 1, what, word);
}

/* One file serves all commands that read it: what another one takes is no mistake here. */
static bool is_anothers(const char *key)
{
	const struct option *config = option_find("config");

	for (const struct command *const *c = command_table(); *c; c++)
		for (const struct option *row = option_table(); command_accepts(*c, config) && row->name; row++)
			if (may_set(*c, row) && word_equal(row->name, key))
				return true;
	return false;
}

static const struct option *find_key(const struct invocation *in, const struct line *line, const char *key)
{
	ARRAY(const char *) known = { 0 };
	const struct option *found = NULL;

	for (const struct option *row = option_table(); row->name; row++) {
		if (!may_set(in->command, row))
			continue;
		*array_push(&known) = row->name;
		if (word_equal(row->name, key))
			found = row;
	}
	*array_push(&known) = NULL;
	if (!found && !is_anothers(key)) {
		const char *nearest = word_nearest(key, known.items);
		say_place(line, key, "no setting is called", key);
		if (nearest)
			log_hint("did you mean %s?", nearest);
		else
			log_hint("unfin check --show-config lists them");
	}
	array_free(&known);
	return found;
}

/* A flag is `yes` or `no`; all else is as on the command line. */
static int set_value(struct invocation *in, const struct line *line, const struct option *row, const char *value)
{
	if (row->kind != OPTION_FLAG) {
		int status = *value ? invocation_set(in, row, value) : STATUS_USAGE;
		if (status != STATUS_OK)
			say_place(line, value, "wrong value", value);
		return status;
	}
	bool yes = word_equal(value, "yes") || word_equal(value, "true");
	if (!yes && !word_equal(value, "no") && !word_equal(value, "false")) {
		say_place(line, value, "yes or no is expected, not", value);
		return STATUS_USAGE;
	}
	return yes ? invocation_set(in, row, NULL) : STATUS_OK;
}

static char *trimmed(char *s)
{
	s += strspn(s, " \t\r");
	for (size_t n = strlen(s); n && strchr(" \t\r", s[n - 1]);)
		s[--n] = '\0';
	return s;
}

static int apply_line(struct invocation *in, const struct line *line, char *text)
{
	char *equals = strchr(text, '=');
	char *key = trimmed(text);

	if (!*key || *key == '#')
		return STATUS_OK;
	if (!equals) {
		say_place(line, key, "`setting = value` is expected, not", key);
		return STATUS_USAGE;
	}
	*equals = '\0';
	key = trimmed(text);
	const struct option *row = find_key(in, line, key);
	if (!row)
		return is_anothers(key) ? STATUS_OK : STATUS_USAGE;
	if (row->kind != OPTION_LIST && in->given & option_bit(row))
		return STATUS_OK;
	*array_push(&in->origins) = (struct origin){ row, line->file, line->number };
	return set_value(in, line, row, trimmed(equals + 1));
}

static int apply_text(struct invocation *in, const char *file, char *text)
{
	struct line line = { .file = file };

	for (char *next = text; next && *next;) {
		char *start = next;
		next = strchr(start, '\n');
		if (next)
			*next++ = '\0';
		line.number++;
		line.start = start;
		if (apply_line(in, &line, start) != STATUS_OK)
			return STATUS_USAGE;
	}
	return STATUS_OK;
}

/* The name is wrong, or the file; else it is the system that fails. */
static bool is_mistaken(int err)
{
	static const int mistakes[] = { ENOENT, ENOTDIR, EISDIR, EACCES, EPERM, ELOOP, ENAMETOOLONG, EFBIG };

	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++)
		if (err == -mistakes[i])
			return true;
	return false;
}

int config_apply(struct invocation *in)
{
	const char *asked = in->options.config ?: getenv("UNFIN_CONFIG");
	const char *file = asked && *asked ? asked : config_default_file;
	TEXT_CLEANUP text = { 0 };
	int err = file_read(file, CONFIG_BYTES, &text);

	if (file == config_default_file && err) {
		in->config_error = err == -ENOENT ? 0 : err;
		return STATUS_OK;
	}
	if (err) {
		log_error("%s: %s", file, strerror(-err));
		return is_mistaken(err) ? STATUS_USAGE : STATUS_UNABLE;
	}
	in->config_text = take_ptr(text.bytes);
	return in->config_text ? apply_text(in, file, in->config_text) : STATUS_OK;
}

/* The last line that set it: later ones go before earlier ones. */
static const struct origin *find_origin(const struct invocation *in, const struct option *row)
{
	const struct origin *found = NULL;

	array_each (&in->origins, o)
		if (o->option == row)
			found = o;
	return found;
}

void config_origin(struct text *out, const struct invocation *in, const struct option *row)
{
	const struct origin *origin = find_origin(in, row);

	if (origin && !(row->kind != OPTION_LIST && in->given & option_bit(row)))
		text_printf(out, "%s:%u", origin->file, origin->line);
	else
		text_printf(out, "--%s", row->name);
}

static void add_value(struct text *t, const struct options *o, const struct option *row)
{
	const void *member = (const char *)o + row->offset;
	const struct optional *number = member;
	const text_list *list = member;

	switch (row->kind) {
	case OPTION_FLAG:
		text_add(t, *(const bool *)member ? "yes" : "no");
		break;
	case OPTION_TEXT:
		text_add_shown(t, *(const char *const *)member ?: "-");
		break;
	case OPTION_LIST:
		for (size_t i = 0; i < list->count; i++) {
			text_add(t, i ? ", " : "");
			text_add_shown(t, list->items[i]);
		}
		text_add(t, list->count ? "" : "-");
		break;
	case OPTION_CHOICE:
	case OPTION_PRESET:
		text_add(t, row->choices ? row->choices[*(const unsigned *)member] : "-");
		break;
	case OPTION_DURATION:
		if (number->given)
			format_duration(t, number->value);
		else
			text_add(t, "-");
		break;
	case OPTION_NUMBER:
	case OPTION_RATE:
		if (number->given)
			text_add_u64(t, number->value);
		else
			text_add(t, "-");
		break;
	}
}

bool config_has(const struct invocation *in, const struct option *row)
{
	return in->given & option_bit(row) || find_origin(in, row);
}

void config_value(struct text *out, const struct invocation *in, const struct option *row)
{
	add_value(out, &in->options, row);
}

void config_origins(struct text *out, const struct invocation *in, const struct option *row)
{
	const struct origin *origin = find_origin(in, row);
	bool given = in->given & option_bit(row);

	text_add(out, given ? "command line" : origin ? "" : "default");
	if (origin)
		text_printf(out, "%s%s:%u", given ? " and " : "", origin->file, origin->line);
}

static void show_row(struct text *out, const struct invocation *in, const struct option *row)
{
	text_printf(out, "%-14s ", row->name);
	config_value(out, in, row);
	text_add(out, "  (");
	config_origins(out, in, row);
	text_add(out, ")\n");
}

void config_show(struct text *out, const struct invocation *in)
{
	for (const struct option *row = option_table(); row->name; row++)
		if (may_set(in->command, row))
			show_row(out, in, row);
}
