/* A subcommand is one file, src/cmd/NAME.c, that defines `const struct command command_NAME`, and one word
 * in the list of src/cmd/meson.build. */
#pragma once
#include "base/arena.h"
#include "base/text.h"
#include "options.h"
#include "status.h"

struct invocation;

struct command {
	const char *name;
	const char *arguments; /* as the help shows them: "[EXPR]"; NULL: takes none */
	const char *summary;   /* one line, no full stop */
	const char *examples;  /* lines of "unfin list    # what it does", aligned by the help */
	const char *details;   /* paragraphs under the options, or NULL */
	/* Names of the options it accepts, NULL at the end; --help is always one. */
	const char *const *options;
	/* Those of them that a file of defaults may set, where it accepts --config; NULL: all. */
	const char *const *settings;
	unsigned outputs;                        /* OUTPUTS(…): the formats it writes, where it accepts --output */
	unsigned power;                          /* enum power: the most that it may need; see power/power.h */
	const char *beside;                      /* the executable that runs it, see beside.h; NULL: this one */
	const char *beside_too;                  /* another one that can, where its options ask for that; NULL: none */
	bool hidden;                             /* works, and is no matter of people */
	bool runs_command;                       /* what follows `--` is a command for it to run */
	int (*run)(const struct invocation *in); /* returns enum status */
};

#define OUTPUT(format) (1U << OUTPUT_##format)

/* Where the value of an option came from, if not from the command line. */
struct origin {
	const struct option *option;
	const char *file;
	unsigned line;
};

/* A parsed command line. Belongs to main(). */
struct invocation {
	const struct command *command;
	struct options options;
	option_set given;  /* option_bit() of those on the command line */
	char *config_text; /* see config.h: values from there live in it */
	ARRAY(struct origin) origins;
	int config_error; /* see config.h */
	text_list words;  /* what is no option, in order */
	char **arguments; /* what it was parsed from, NULL at the end: argv's own */
	char **child;     /* the command after `--`, NULL at its end; NULL if there is none */
};

bool command_accepts(const struct command *c, const struct option *row);
/* May row->choices[choice] be its value here? Not every command writes every format. */
bool command_offers(const struct command *c, const struct option *row, unsigned choice);
const struct command *const *command_table(void); /* NULL at the end */
const struct command *command_find(const char *name);

/* The words joined by blanks: an expression need not be quoted. NULL if there are none. */
const char *invocation_expression(const struct invocation *in, struct arena *arena);
/* More words than the command takes: says so and returns STATUS_USAGE, else STATUS_OK. */
int invocation_at_most(const struct invocation *in, size_t words);

/* Fills `in` (whose command is set) from the arguments that follow the command's name. STATUS_OK, or
 * STATUS_USAGE after having said on stderr what is wrong and what was meant. */
int invocation_parse(struct invocation *in, char **argv);
/* Puts a value into its member. STATUS_OK, or STATUS_USAGE after having said what is wrong. */
int invocation_set(struct invocation *in, const struct option *row, const char *value);
void invocation_free(struct invocation *in);
