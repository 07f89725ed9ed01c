/* unfin fleet: both ends of every connection, from the kept moments of several hosts. */
#include "beside.h"
#include "command.h"
#include "fleet_files.h"
#include "fleet_hub.h"
#include "fleet_key.h"
#include "fleet_lab.h"
#include "output.h"
#include "terminal.h"
#include "base/log.h"
#include "base/words.h"
#include "power/power.h"
#include "view/fleet.h"
#include <sys/stat.h>

struct asked {
	const struct options *options;
	const char *word;        /* SERVICE or TUPLE; NULL: the question takes none */
	struct endpoint ends[2]; /* of TUPLE */
	size_t end_count;
	const struct fleet *fleet;
	const struct fleet_takings *takings;
};

/* One question: what it needs, its table, and whether its answer is an alarm. */
struct question {
	const char *name;
	const char *takes; /* the word that comes before the files, NULL: none */
	const char *like;  /* such a word */
	unsigned asks;     /* enum fleet_asks */
	bool by_pairs;     /* an end that is not known leaves it open */
	void (*fill)(struct fleet_table *t, const struct asked *a);
	bool (*page)(struct text *out, const struct asked *a, const struct page_style *style); /* NULL: the table */
	bool (*is_bad)(const struct asked *a, const struct fleet_table *t);
};

static bool rows_are_bad(const struct asked *a, const struct fleet_table *t)
{
	return t->cells.count;
}

static bool nothing_is_bad(const struct asked *a, const struct fleet_table *t)
{
	return false;
}

static bool pairs_are_bad(const struct asked *a, const struct fleet_table *t)
{
	for (unsigned v = 0; v < PAIR_VERDICTS; v++)
		if (PAIRS_BAD >> v & 1 && a->fleet->counts[v])
			return true;
	return false;
}

static bool half_open_is_bad(const struct asked *a, const struct fleet_table *t)
{
	return a->fleet->counts[PAIR_HALF_OPEN];
}

/* Of one connection it is asked what it is, not what the others are. */
static bool asked_has(const struct asked *a, unsigned verdicts)
{
	array_each (&a->fleet->pairs, p)
		if (verdicts >> p->verdict & 1 && fleet_pair_has(a->fleet, p, a->ends, a->end_count))
			return true;
	return false;
}

static bool peer_is_bad(const struct asked *a, const struct fleet_table *t)
{
	return asked_has(a, PAIRS_BAD);
}

/* A steady pool that is half full alarms nobody. */
static bool ports_are_bad(const struct asked *a, const struct fleet_table *t)
{
	array_each (&a->takings->budgets, b)
		if (b->ends_known || b->used >= b->usable)
			return true;
	return false;
}

static void fill_status(struct fleet_table *t, const struct asked *a)
{
	fleet_table_hosts(t, a->fleet);
}

static void fill_pairs(struct fleet_table *t, const struct asked *a)
{
	fleet_table_pairs(t, a->fleet, PAIRS_TOLD);
}

static bool page_pairs(struct text *out, const struct asked *a, const struct page_style *style)
{
	fleet_pairs_page(out, a->fleet, PAIRS_TOLD, style);
	return true;
}

static void fill_half_open(struct fleet_table *t, const struct asked *a)
{
	fleet_table_pairs(t, a->fleet, 1U << PAIR_HALF_OPEN);
}

static bool page_half_open(struct text *out, const struct asked *a, const struct page_style *style)
{
	fleet_pairs_page(out, a->fleet, 1U << PAIR_HALF_OPEN, style);
	return true;
}

static void fill_leaks(struct fleet_table *t, const struct asked *a)
{
	fleet_table_leaks(t, a->fleet, a->takings);
}

static void fill_ports(struct fleet_table *t, const struct asked *a)
{
	fleet_table_ports(t, a->fleet, a->takings);
}

static void fill_stale(struct fleet_table *t, const struct asked *a)
{
	fleet_table_stale(t, a->fleet);
}

static void fill_releases(struct fleet_table *t, const struct asked *a)
{
	fleet_table_releases(t, a->fleet, a->word);
}

static void fill_peer(struct fleet_table *t, const struct asked *a)
{
	fleet_table_peer(t, a->fleet, a->ends, a->end_count);
}

static bool page_peer(struct text *out, const struct asked *a, const struct page_style *style)
{
	return fleet_peer_page(out, a->fleet, a->ends, a->end_count, style);
}

/* The first one is asked where none is named. */
static const struct question questions[] = {
	{ "pairs", .by_pairs = true, .fill = fill_pairs, .page = page_pairs, .is_bad = pairs_are_bad },
	{ "status", .fill = fill_status, .is_bad = nothing_is_bad },
	{ "leaks", .asks = FLEET_ASKS_FINDINGS, .fill = fill_leaks, .is_bad = rows_are_bad },
	{ "ports", .asks = FLEET_ASKS_PORTS, .fill = fill_ports, .is_bad = ports_are_bad },
	{ "half-open", .by_pairs = true, .fill = fill_half_open, .page = page_half_open, .is_bad = half_open_is_bad },
	{ "stale-pools", .fill = fill_stale, .is_bad = rows_are_bad },
	{ "peer", "TUPLE", "10.0.0.1:40000-10.0.0.2:5432", .by_pairs = true, .fill = fill_peer, .page = page_peer,
	  .is_bad = peer_is_bad },
	{ "releases", "SERVICE", "shop", .fill = fill_releases, .is_bad = nothing_is_bad },
	{ 0 },
};

static const struct question *find_question(const char *word)
{
	for (const struct question *q = questions; q->name; q++)
		if (word_equal(q->name, word))
			return q;
	return NULL;
}

/* "10.0.0.1:40000-10.0.0.2:5432", or one of both. */
static int parse_tuple(struct asked *a)
{
	cleanup(cleanup_free) char *copy = memory_strdup(a->word);
	char *dash = strchr(copy, '-');

	if (dash)
		*dash++ = '\0';
	a->end_count = dash ? 2 : 1;
	if (!endpoint_parse(copy, &a->ends[0]) && (!dash || !endpoint_parse(dash, &a->ends[1])))
		return STATUS_OK;
	log_error("\"%s\" is no connection: ADDRESS:PORT-ADDRESS:PORT, or one of both", a->word);
	log_hint("unfin fleet peer 10.0.0.1:40000-10.0.0.2:5432 *.unfin");
	return STATUS_USAGE;
}

static int write_answer(const struct question *q, const struct asked *a, const struct fleet_table *t)
{
#define WRITER(name, word, writer) writer,
	static sheet_writer *const writers[] = { OUTPUTS(WRITER) };
#undef WRITER
	const struct options *o = a->options;
	struct page_style style = terminal_style(o);
	TEXT_CLEANUP out = { 0 };

	text_add(&out, "");
	if (o->output == OUTPUT_JSON)
		fleet_json(&out, t, a->fleet);
	else if (o->output == OUTPUT_JSONL)
		fleet_jsonl(&out, t);
	else if (o->output == OUTPUT_TABLE && q->page)
		q->page(&out, a, &style);
	else
		return output_end(
		        fleet_table_write(STDOUT_FILENO, t, a->fleet, writers[o->output], o->no_header, &style));
	return output_text(&out);
}

static int answer(const struct question *q, struct asked *a)
{
	cleanup(fleet_table_free) struct fleet_table t = { 0 };

	q->fill(&t, a);
	if (a->end_count && !t.cells.count) {
		log_error("no file has an unfinished end of %s", a->word);
		return STATUS_USAGE;
	}
	int status = write_answer(q, a, &t);
	if (status != STATUS_OK)
		return status;
	if (q->is_bad(a, &t))
		return STATUS_FINDINGS;
	bool open = a->end_count ? asked_has(a, 1U << PAIR_UNSURE) : a->fleet->counts[PAIR_UNSURE];
	bool known = !q->by_pairs || !open;
	return known && fleet_coverage_of(a->fleet).complete ? STATUS_OK : STATUS_INCOMPLETE;
}

static int ask(const struct invocation *in, const struct question *q, size_t first)
{
	cleanup(fleet_files_free) struct fleet_files files = { 0 };
	struct asked a = { .options = &in->options };
	bool store = in->options.hub_store.count;
	int status = STATUS_OK;

	power_limit(POWER_OPEN | POWER_FOREIGN | (fleet_hub_is_away(&in->options) ? POWER_SEND : 0));
	if (q->takes && first < in->words.count)
		a.word = in->words.items[first++];
	if ((q->takes && !a.word) || (!store && first >= in->words.count)) {
		log_error("fleet %s needs %s%sthe kept moments of its hosts", q->name, q->takes ?: "",
		          q->takes ? " and " : "");
		log_hint("unfin fleet %s %s%s*.unfin   # each by: unfin record HOST.unfin", q->name, q->like ?: "",
		         q->like ? " " : "");
		return STATUS_USAGE;
	}
	if (q->fill == fill_peer)
		status = parse_tuple(&a);
	if (store && status == STATUS_OK && first < in->words.count) {
		log_error("either a hub's store or kept moments, not both");
		return STATUS_USAGE;
	}
	status = status
	                 ?: store ? fleet_hub_read(&files, &in->options, q->asks)
	                          : fleet_files_read(&files, in->words.items + first, in->words.count - first, q->asks);
	if (status != STATUS_OK)
		return status;
	a.fleet = files.fleet;
	a.takings = &files.takings;
	return answer(q, &a);
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
	const char *known[ARRAY_SIZE(questions) + 2] = { "lab", "key" };
	const char *nearest;

	for (size_t i = 0; questions[i].name; i++)
		known[2 + i] = questions[i].name;
	if (!*word || strpbrk(word, "./") || is_there(word))
		return STATUS_OK; /* a file; that it is not there is told by who opens it */
	nearest = word_nearest(word, known);
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
	const struct question *q = find_question(word);

	if (fleet_hub_is_away(&in->options))
		become_hub(in);
	if (word_equal(word, "lab"))
		return fleet_lab_run(in);
	power_limit(in->command->power & ~(unsigned)POWER_ALL);
	if (word_equal(word, "key"))
		return fleet_key_make(in);
	int status = q ? STATUS_OK : check_word(word);
	return status ?: ask(in, q ?: questions, q ? 1 : 0);
}

static const char *const accepted[] = { "output",    "json",  "hub-store", "store-password", "store-ca",
	                                "no-header", "color", "quiet",     "seed",           NULL };

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
	.outputs = OUTPUT(TABLE) | OUTPUT(WIDE) | OUTPUT(JSON) | OUTPUT(JSONL) | OUTPUT(CSV) | OUTPUT(MD),
	.runs_command = true,
	.power = POWER_OPEN | POWER_FOREIGN | POWER_KEEP | POWER_SEND | POWER_ALL, /* ALL: of the laboratory */
	.run = fleet_run,
};
