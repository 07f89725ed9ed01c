/* unfin: finds the TCP connections nobody finished. Which command, its options, run it: nothing else here. */
#include "beside.h"
#include "command.h"
#include "config.h"
#include "help.h"
#include "output.h"
#include "power/power.h"
#include "base/log.h"
#include "base/words.h"
#include "lab/lab.h"
#include <signal.h>
#include <time.h>

/* `-- CMD`: it keeps all the rights of who asks, so it is started first, and gives them up then. */
static bool starts_command(const struct command *c, char **argv)
{
	for (; c->runs_command && *argv; argv++)
		if (streq(*argv, "--"))
			return true;
	return false;
}

/* Before anything of the user's is read. What exactly it needs is known only with its options. */
static void limit(const struct command *c)
{
	unsigned needs = c ? c->power : 0;

	if (needs & POWER_ALL)
		return;
	signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error to tell */
	power_drop(needs);
	if (!(needs & ~POWER_OPEN))
		(void)power_seal(needs);
}

static int unknown_command(const char *word)
{
	ARRAY(const char *) names = { 0 };

	limit(NULL);
	for (const struct command *const *c = command_table(); *c; c++)
		*array_push(&names) = (*c)->name;
	*array_push(&names) = NULL;
	log_error("there is no command \"%s\"", word);
	const char *nearest = word_nearest(word, names.items);
	if (nearest)
		log_hint("did you mean unfin %s?", nearest);
	else
		log_hint("unfin --help lists them");
	array_free(&names);
	return STATUS_USAGE;
}

static int show_help(const struct command *c)
{
	TEXT_CLEANUP page = { 0 };

	limit(NULL);
	if (c)
		help_command(&page, c);
	else
		help_overview(&page);
	return output_text(&page);
}

static int show_version(void)
{
	TEXT_CLEANUP version = { 0 };

	limit(NULL);
	text_add(&version, "unfin " UNFIN_VERSION "\n");
	return output_text(&version);
}

static int command_run(const struct command *c, char **argv, char **rest)
{
	cleanup(invocation_free) struct invocation in = { .command = c };
	if (c->beside)
		beside_start(c, argv);
	tzset(); /* later /etc may not be open to us */
	if (!starts_command(c, rest))
		limit(c);
	int status = invocation_parse(&in, rest);

	if (in.options.version)
		return show_version();
	if (in.options.help)
		return show_help(c);
	if (status == STATUS_OK && command_accepts(c, option_find("config")))
		status = config_apply(&in);
	if (status != STATUS_OK)
		return status;
	log_quiet(in.options.quiet);
	return c->run(&in);
}

/* No command is `check`: what a tired person types first. */
static int run_first(char **argv)
{
	if (*argv && (streq(*argv, "--help") || streq(*argv, "-h")))
		return show_help(NULL);
	const struct command *c = command_find("check");
	return c ? command_run(c, argv, argv) : show_help(NULL);
}

/* `unfin help`, `unfin help list`, `unfin help fields` */
static int run_help(const char *word)
{
	TEXT_CLEANUP page = { 0 };
	const struct command *c = word ? command_find(word) : NULL;

	limit(NULL);
	if (!word || c)
		return show_help(c);
	if (!help_topic(&page, word))
		return unknown_command(word);
	return output_text(&page);
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "-";
	const struct command *c;

	signal(SIGCHLD, SIG_DFL); /* where a parent ignores it, so would we, and never learn how a child has ended */
	if (lab_is_role())
		return lab_role_main();
	if (argc > 1 && (streq(word, "--version") || streq(word, "-V") || streq(word, "version")))
		return show_version();
	if (*word == '-')
		return run_first(argv + (argc > 0));
	if (streq(word, "help"))
		return run_help(argv[2]);
	c = command_find(word);
	return c ? command_run(c, argv, argv + 2) : unknown_command(word);
}
