/* unfin fleet: both ends of every connection, from the kept moments of several hosts. */
#include "asked.h"
#include "beside.h"
#include "command.h"
#include "fleet_hub.h"
#include "fleet_key.h"
#include "fleet_lab.h"
#include "fleet_questions.h"
#include "output.h"
#include "terminal.h"
#include "base/log.h"
#include "base/words.h"
#include "power/power.h"
#include <sys/stat.h>

static int write_answer(const struct options *o, const struct fleet_question *q, const struct fleet_asked *a,
                        struct fleet_table *t)
{
#define WRITER(name, word, writer) writer,
	static sheet_writer *const writers[] = { OUTPUTS(WRITER) };
#undef WRITER
	struct page_style style = terminal_style(o);
	TEXT_CLEANUP out = { 0 };
	int err = 0;

	text_add(&out, "");
	if (o->output == OUTPUT_JSON)
		err = fleet_json(&out, STDOUT_FILENO, t, a->fleet);
	else if (o->output == OUTPUT_JSONL)
		err = fleet_jsonl(&out, STDOUT_FILENO, t);
	else if (o->output == OUTPUT_TABLE && q->page)
		q->page(&out, a, &style);
	else
		return output_end(
		        fleet_table_write(STDOUT_FILENO, t, a->fleet, writers[o->output], o->no_header, &style));
	return err ? output_end(err) : output_text(&out);
}

static int answer(const struct options *o, const struct fleet_question *q, const struct fleet_asked *a)
{
	cleanup(fleet_table_free) struct fleet_table t = { 0 };
	TEXT_CLEANUP why = { 0 };

	if (fleet_question_fill(q, a, &t, &why)) {
		log_error("%s", why.bytes);
		return STATUS_USAGE;
	}
	int status = write_answer(o, q, a, &t);
	if (status != STATUS_OK)
		return status;
	if (q->is_bad(a, &t))
		return STATUS_FINDINGS;
	return fleet_question_is_open(q, a) ? STATUS_INCOMPLETE : STATUS_OK;
}

/* What is asked of the words behind the question. */
static int check_words(const struct invocation *in, const struct fleet_question *q, size_t first, struct fleet_asked *a)
{
	bool store = in->options.hub_store.count;
	const char *word = q->takes && first < in->words.count ? in->words.items[first++] : NULL;
	TEXT_CLEANUP why = { 0 };

	if ((q->takes && !word) || (!store && first >= in->words.count)) {
		log_error("fleet %s needs %s%sthe kept moments of its hosts", q->name, q->takes ?: "",
		          q->takes ? " and " : "");
		log_hint("unfin fleet %s %s%s*.unfin   # each by: unfin record HOST.unfin", q->name, q->like ?: "",
		         q->like ? " " : "");
	} else if (fleet_question_take(q, a, word, &why)) {
		log_error("%s", why.bytes);
		log_hint("unfin fleet %s %s *.unfin", q->name, q->like);
	} else if (store && first < in->words.count) {
		log_error("either a hub's store or kept moments, not both");
	} else {
		return STATUS_OK;
	}
	return STATUS_USAGE;
}

static int ask(const struct invocation *in, const struct fleet_question *q, size_t first)
{
	cleanup(fleet_files_free) struct fleet_files files = { 0 };
	struct fleet_asked a = { 0 };
	int status = check_words(in, q, first, &a);

	power_limit(POWER_OPEN | POWER_FOREIGN | (fleet_hub_is_away(&in->options) ? POWER_SEND : 0));
	first += q->takes ? 1 : 0;
	const struct fleet_want want = { q->asks, q->need, a.word, a.ends, a.end_count };
	if (status == STATUS_OK)
		status = in->options.hub_store.count ? fleet_hub_read(&files, &in->options, &want)
		                                     : fleet_files_read(&files, in, in->words.items + first,
		                                                        in->words.count - first, q->asks);
	if (status != STATUS_OK)
		return status;
	a.fleet = files.fleet;
	a.takings = &files.takings;
	return answer(&in->options, q, &a);
}

static bool is_there(const char *path)
{
	struct stat st;

	power_raise();
	bool there = !stat(path, &st);
	power_lower();
	return there;
}

/* The first word is a question or a file: one that is like a question, and no file, is a slip of the pen. */
static int check_word(const char *word)
{
	ARRAY(const char *) known = { 0 };
	const char *nearest;

	if (!*word || strpbrk(word, "./") || is_there(word))
		return STATUS_OK; /* a file; that it is not there is told by who opens it */
	*array_push(&known) = "lab";
	*array_push(&known) = "key";
	for (const struct fleet_question *q = fleet_questions; q->name; q++)
		*array_push(&known) = q->name;
	*array_push(&known) = NULL;
	nearest = word_nearest(word, known.items);
	array_free(&known);
	if (nearest)
		log_error("no such question: %s; did you mean %s?", word, nearest);
	else
		log_error("no such question, and no such file: %s", word);
	log_hint("pairs, status, leaks, ports, half-open, stale-pools, peer TUPLE, releases SERVICE; lab, key");
	return STATUS_USAGE;
}

/* Whose libraries know HTTP. Returns where this process is it already, or where there is none. */
static void become_hub(const struct invocation *in)
{
	struct command c = *in->command;

	c.beside = "unfin-hub";
	beside_start(&c, in->arguments - 2);
}

static int fleet_run(const struct invocation *in)
{
	const char *word = in->words.count ? in->words.items[0] : "";
	const struct fleet_question *q = fleet_question_find(word);

	if (fleet_hub_is_away(&in->options))
		become_hub(in);
	if (word_equal(word, "lab"))
		return fleet_lab_run(in);
	power_limit(in->command->power & ~(unsigned)POWER_ALL);
	if (word_equal(word, "key"))
		return fleet_key_make(in);
	int status = q ? STATUS_OK : check_word(word);
	return status ?: ask(in, q ?: fleet_questions, q ? 1 : 0);
}

static const char *const accepted[] = { "output", "json",  "hub-store", "store-password", "store-ca",    "no-header",
	                                "color",  "quiet", "seed",      "config",         ASKED_OPTIONS, NULL };

const struct command command_fleet = {
	.name = "fleet",
	.arguments = "[QUESTION] FILE...",
	.summary = "both ends of every connection, from the kept moments of several hosts",
	.examples =
	        "unfin fleet key fleet.key                        # once; every host needs the same\n"
	        "unfin record web-1.unfin --fleet-key fleet.key   # on each host\n"
	        "unfin fleet *.unfin                              # who owes whom the close\n"
	        "unfin fleet peer 10.0.0.1:40000-10.0.0.2:5432 *.unfin\n"
	        "unfin fleet leaks *.unfin -o csv\n"
	        "unfin fleet leaks --hub /var/lib/unfin-hub/hub.db  # what the hosts have told a hub\n"
	        "unfin fleet leaks --hub clickhouse=http://10.0.0.1:8123/unfin --hub "
	        "clickhouse=http://10.0.0.2:8123/unfin\n"
	        "unfin fleet lab                                  # a fleet of eight hosts, made here, to try it on\n",
	.details =
	        "Questions: pairs (who owes whom the close; the first), status (which hosts, how whole), leaks,\n"
	        "ports, half-open, stale-pools, peer TUPLE (one connection, both ends), releases SERVICE. Key makes\n"
	        "a new fleet key: without one, ends are joined by address and port alone, and not through NAT.\n"
	        "Lab [DIR] [-- CMD] makes a fleet in network namespaces, records each host into DIR, and runs CMD.\n"
	        "Several files of one host are good: earlier ones prove that a socket was not there.\n"
	        "What the files cannot tell is `unknown`, with its reason.\n"
	        "Exit status: 1 somebody has to act, 3 nobody, but not all could be seen, 4 no server answers, else "
	        "0.\n",
	.options = accepted,
	.settings = asked_options,
	.outputs = OUTPUT(TABLE) | OUTPUT(WIDE) | OUTPUT(JSON) | OUTPUT(JSONL) | OUTPUT(CSV) | OUTPUT(MD),
	.runs_command = true,
	.power = POWER_OPEN | POWER_FOREIGN | POWER_KEEP | POWER_SEND | POWER_ALL, /* ALL: of the laboratory */
	.run = fleet_run,
};
