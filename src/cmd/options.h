/* The ONE table of options: what each is called, what it takes, its help, and where it lands in `struct
 * options`. A command names the rows it accepts. Help, man pages and completion are made from it. */
#pragma once
#include "base/array.h"

/* The formats of -o, a row each: its name here, its word on the command line, and who writes a sheet in it
 * (view/sheet.h), if there is any. */
#define OUTPUTS(_)                                                                                                     \
	_(TABLE, "table", sheet_table)                                                                                 \
	_(WIDE, "wide", sheet_table)                                                                                   \
	_(JSON, "json", sheet_json)                                                                                    \
	_(JSONL, "jsonl", sheet_jsonl)                                                                                 \
	_(CSV, "csv", sheet_csv)                                                                                       \
	_(MD, "md", sheet_md)                                                                                          \
	_(PROM, "prom", NULL)

#define OUTPUT_NUMBER(name, word, writer) OUTPUT_##name,
enum output { OUTPUTS(OUTPUT_NUMBER) OUTPUT_COUNT };
#undef OUTPUT_NUMBER

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* A number or duration (in ms) that may have been left out. */
struct optional {
	bool given;
	uint64_t value;
};

typedef ARRAY(const char *) text_list;

/* Texts belong to argv. NULL: not given. Choices are the enums above. */
struct options {
	unsigned output, color;
	const char *netns, *source, *from, *record, *config, *ledger;
	const char *group_by, *sort, *columns;
	struct optional window, seed, count, age, pid, summary, ring, table_rows;
	struct optional critical_eta, warning_eta, warning_share, series;
	const char *textfile, *folded, *fleet_key;
	text_list only, ignore, src, dst, state, repo, allow;
	text_list listen, allow_host;
	const char *web_config, *telemetry_path, *tokens;
	const char *output_file;
	text_list hub, hub_store, store;
	const char *store_password, *store_ca;
	const char *hub_ca, *hub_cert, *hub_key, *hub_token, *site;
	const char *force, *finding, *plan;
	const char *state_dir, *run_dir, *since, *at;
	struct optional interval, history_size;
	struct optional limit, rate, min_age, max_age, repeat_for;
	unsigned severity; /* enum severity, the least */
	unsigned method;   /* enum means_wish */
	bool apply, yes, audit;
	bool resolve, quiet, no_header, nagios, probe, redact, stay, expect, show_config, show_args, show_change;
	const char *size;
	bool books, once, help, version;
	const char *notify_command;
	bool fleet, no_web, journal, until_eof, counts;
	text_list without_hook;
};

typedef unsigned __int128 option_set; /* a bit a row of the table */

enum option_kind {
	OPTION_FLAG,     /* bool */
	OPTION_TEXT,     /* const char * */
	OPTION_NUMBER,   /* struct optional */
	OPTION_DURATION, /* struct optional, ms */
	OPTION_RATE,     /* struct optional, per second: 10 or 10/s */
	OPTION_CHOICE,   /* unsigned: index into choices */
	OPTION_PRESET,   /* sets the unsigned to `preset`: a short way to write a choice */
	OPTION_LIST,     /* text_list: may be repeated */
};

struct option {
	const char *name; /* without the dashes */
	char letter;      /* 0: none */
	bool hidden;      /* works, and is for tests: not in the help */
	const char *as;   /* how a command's list names it, where two rows have one name; NULL: by its name */
	enum option_kind kind;
	size_t offset;        /* into struct options */
	const char *argument; /* its name in the help; NULL for flags */
	const char *help;
	const char *const *choices; /* NULL at the end */
	unsigned preset;
};

const struct option *option_table(void);            /* the last row has no name */
const struct option *option_find(const char *name); /* as commands' lists name it: see `as` */
option_set option_bit(const struct option *row);

/* A moment that is kept somewhere is asked for, and not this host. */
static inline bool options_kept(const struct options *o)
{
	return o->from || o->at;
}

void options_free(struct options *o);
