/* One row an option. A new one is a row here, a member of struct options, and its name in the commands
 * that take it. */
#include "options.h"

#define WORD(name, word, writer) word,
static const char *const outputs[] = { OUTPUTS(WORD) NULL };
#undef WORD
static const char *const severities[] = { "info", "warning", "critical", NULL };
static const char *const methods[] = { "destroy", "bpf", "sock-destroy", "shutdown", NULL };
static const char *const colors[] = { "auto", "always", "never", NULL };

#define FLAG(member)        .kind = OPTION_FLAG, .offset = offsetof(struct options, member)
#define TEXT(member, arg)   .kind = OPTION_TEXT, .offset = offsetof(struct options, member), .argument = arg
#define NUMBER(member, arg) .kind = OPTION_NUMBER, .offset = offsetof(struct options, member), .argument = arg
#define TIME(member, arg)   .kind = OPTION_DURATION, .offset = offsetof(struct options, member), .argument = arg
#define RATE(member, arg)   .kind = OPTION_RATE, .offset = offsetof(struct options, member), .argument = arg
#define LIST(member, arg)   .kind = OPTION_LIST, .offset = offsetof(struct options, member), .argument = arg
#define CHOICE(member, arg, list)                                                                                      \
	.kind = OPTION_CHOICE, .offset = offsetof(struct options, member), .argument = arg, .choices = list

static const struct option table[] = {
	{ "output", 'o', CHOICE(output, "FORMAT", outputs), .help = "how to write it" },
	{ "output", 'o', .as = "output-file", TEXT(output_file, "FILE"),
	  .help = "the file to write; none is written over" },
	{ "json", .kind = OPTION_PRESET, .offset = offsetof(struct options, output), .preset = OUTPUT_JSON,
	  .help = "the same as -o json" },
	{ "window", 'w', TIME(window, "T"), .help = "watch for this long: 10s, 2m; 0: not at all" },
	{ "summary", TIME(summary, "T"), .help = "no single events: what they come to, each T: 10s" },
	{ "pid", 'p', NUMBER(pid, "PID"), .help = "this process alone" },
	{ "repo", LIST(repo, "DIR[=PREFIX]"),
	  .help = "the repository of files below PREFIX, or of those it has by name (may be repeated)" },
	{ "show-change", FLAG(show_change), .help = "show what the commit changed in that file" },
	{ "folded", TEXT(folded, "FILE"),
	  .help = "also write the stacks as flame graph tools read them, to a new file" },
	{ "allow", LIST(allow, "EXPR"), .help = "these connections may outlive their use (may be repeated)" },
	{ "max-age", TIME(max_age, "T"), .help = "nobody may keep what the peer has finished for longer: 10s" },
	{ "netns", 'n', TEXT(netns, "WHICH"),
	  .help = "network namespaces: self, all, a NAME, CONTAINER, POD, PID or INODE (or set UNFIN_NETNS)" },
	{ "from", TEXT(from, "FILE"), .help = "read a kept moment instead of this host" },
	{ "record", TEXT(record, "FILE"), .help = "keep the moment, too, as unfin record does" },
	{ "state", .as = "state-dir", TEXT(state_dir, "DIR"), .help = "the agent's history: /var/lib/unfin" },
	{ "state", .as = "own-folder", TEXT(state_dir, "DIR"),
	  .help = "its own folder: /var/lib/unfin-hub, /var/lib/unfin-uplink" },
	{ "hub", .as = "hub-store", LIST(hub_store, "STORE"),
	  .help = "what a hub has stored, instead of kept moments: hub.db, or each of its --store" },
	{ "fleet", FLAG(fleet), .help = "the page of a fleet: the words are kept moments of its hosts" },
	{ "run", TEXT(run_dir, "DIR"), .help = "what the agent shows of now: /run/unfin" },
	{ "interval", 'i', TIME(interval, "T"), .help = "look so often: 10s" },
	{ "interval", 'i', .as = "tell-interval", TIME(interval, "T"), .help = "tell so often: 1m" },
	{ "interval", 'i', .as = "read-interval", TIME(interval, "T"),
	  .help = "of a hub's store: read it again so often, while somebody asks: 1m" },
	{ "history-size", NUMBER(history_size, "MB"), .help = "the history takes so much at most: 1024" },
	{ "no-web", FLAG(no_web), .help = "no page: do not start unfin web" },
	{ "notify-command", TEXT(notify_command, "CMD"),
	  .help = "run it for each finding that begins, gets worse or ends: JSON on its stdin" },
	{ "journal", FLAG(journal), .help = "an entry of the systemd journal for each of these, with its fields" },
	{ "since", TEXT(since, "T"), .help = "from then on: 3d, 02:00, 2026-11-30T02:00Z" },
	{ "severity", CHOICE(severity, "WHICH", severities), .help = "what was so at its worst, or worse" },
	{ "counts", FLAG(counts),
	  .help = "numbers over time: sockets by program and state, what became of them, limits" },
	{ "at", TEXT(at, "TIME"), .help = "the moment that the agent kept nearest to that time: 03:12, 2h" },
	{ "group-by", 'g', TEXT(group_by, "FIELD,..."), .help = "count the sockets by these fields" },
	{ "sort", 's', TEXT(sort, "FIELD,..."), .help = "order by these fields, a leading - turns the order round" },
	{ "columns", 'c', TEXT(columns, "FIELD,..."), .help = "show these fields" },
	{ "no-header", 'H', FLAG(no_header), .help = "no heading line" },
	{ "resolve", 'r', FLAG(resolve), .help = "names for addresses and ports (asks DNS)" },
	{ "only", LIST(only, "CAUSE"), .help = "judge this cause only (may be repeated)" },
	{ "ignore", LIST(ignore, "CAUSE[:EXPR]"), .help = "leave out this cause (may be repeated)" },
	{ "textfile", TEXT(textfile, "FILE"),
	  .help = "write -o prom to this file, all at once: for the textfile collector of node_exporter" },
	{ "series", NUMBER(series, "N"), .help = "at most so many series in -o prom: 150" },
	{ "nagios", FLAG(nagios), .help = "one line and the exit status of a monitoring plugin" },
	{ "critical-eta", TIME(critical_eta, "T"), .help = "critical if a limit is reached sooner: 1h" },
	{ "warning-eta", TIME(warning_eta, "T"), .help = "a warning if a limit is reached sooner: 7d" },
	{ "warning-share", NUMBER(warning_share, "PERCENT"),
	  .help = "a warning if one finding takes so much of a budget: 5" },
	{ "config", TEXT(config, "FILE"), .help = "defaults of these options (else UNFIN_CONFIG, /etc/unfin.conf)" },
	{ "show-config", FLAG(show_config), .help = "print each value and where it comes from" },
	{ "src", LIST(src, "ADDRESS"), .help = "from this local address (may be repeated)" },
	{ "dst", LIST(dst, "ADDRESS:PORT"), .help = "to this destination (may be repeated)" },
	{ "probe", FLAG(probe), .help = "prove it: take a port and give it back" },
	{ "apply", FLAG(apply), .help = "carry the plan out; asks before, on a terminal" },
	{ "yes", 'y', FLAG(yes), .help = "do not ask: for scripts" },
	{ "min-age", TIME(min_age, "T"), .help = "only what is certainly so old: 60s" },
	{ "state", LIST(state, "STATE"), .help = "also sockets in this state (may be repeated)" },
	{ "force", TEXT(force, "REASON"),
	  .help = "also without a finding, and with data unread or unsent; why is kept" },
	{ "finding", TEXT(finding, "KEY"), .help = "the sockets of this finding, by its key in check --json" },
	{ "plan", TEXT(plan, "FILE"), .help = "the sockets of a plan that --json has written" },
	{ "limit", NUMBER(limit, "N"), .help = "at most so many, the oldest first: 100" },
	{ "rate", RATE(rate, "N/s"), .help = "at most so many a second: 10/s; 0: all at once" },
	{ "repeat-for", TIME(repeat_for, "T"), .help = "do it again and again for so long: a stop-gap" },
	{ "method", CHOICE(method, "HOW", methods), .help = "how" },
	{ "audit", FLAG(audit), .help = "show what was destroyed, by whom and why" },
	{ "seed", NUMBER(seed, "N"), .help = "repeat a run with the same random choices" },
	{ "age", TIME(age, "T"), .help = "let the fault stand for so long before the command runs" },
	{ "stay", FLAG(stay), .help = "keep the fault after the command has ended, until Ctrl-C" },
	{ "count", NUMBER(count, "N"), .hidden = true, .help = "how many sockets to make" },
	{ "ledger", TEXT(ledger, "FILE"), .hidden = true,
	  .help = "write a line about each socket that the fault holds" },
	{ "expect", FLAG(expect), .hidden = true, .help = "print what unfin must find, for the harness" },
	{ "ring", NUMBER(ring, "BYTES"), .hidden = true, .help = "room for events that wait to be read" },
	{ "books", FLAG(books), .hidden = true, .help = "hold the table of connections against a last look" },
	{ "once", FLAG(once), .help = "write the screen once, as text, and end: for a ticket" },
	{ "size", TEXT(size, "COLUMNSxROWS"), .help = "of a screen that is written once: 80x24" },
	{ "redact", FLAG(redact), .help = "replace addresses, hosts, users, paths and command lines" },
	{ "fleet-key", TEXT(fleet_key, "FILE"),
	  .help = "the key of the fleet: sequence numbers are kept hashed under it, to join both ends" },
	{ "show-args", FLAG(show_args), .help = "command lines with their passwords and tokens, else ***" },
	{ "color", CHOICE(color, "WHEN", colors), .help = "colours in tables" },
	{ "quiet", 'q', FLAG(quiet), .help = "no warnings or hints on stderr" },
	{ "source", TEXT(source, "NAME"), .hidden = true, .help = "use this source of facts: bpf, sock_diag" },
	{ "without-hook", LIST(without_hook, "ID"), .hidden = true,
	  .help = "do not attach this hook (may be repeated)" },
	{ "table-rows", NUMBER(table_rows, "N"), .hidden = true, .help = "how many rows the kernel's tables have" },
	{ "web.listen-address", LIST(listen, "ADDRESS"),
	  .help = "where it listens: 127.0.0.1:9779, or unix:PATH (may be repeated)" },
	{ "web.listen-address", .as = "hub-address", LIST(listen, "ADDRESS"),
	  .help = "where it listens: 127.0.0.1:9780" },
	{ "web.config.file", TEXT(web_config, "FILE"), .help = "TLS and users, as Prometheus' exporters have them" },
	{ "web.telemetry-path", TEXT(telemetry_path, "PATH"), .help = "the path of metrics: /metrics" },
	{ "web.allow-host", LIST(allow_host, "NAME"),
	  .help = "a name of this host that browsers may ask for (may be repeated)" },
	{ "hub", LIST(hub, "URL"), .help = "whom to tell: https://hub.example:9780 (several: one after the other)" },
	{ "hub-ca", TEXT(hub_ca, "FILE"), .help = "who has signed the hub's certificate, PEM (else the system's)" },
	{ "hub-cert", TEXT(hub_cert, "FILE"), .help = "this host's certificate, PEM: its name is the host's id" },
	{ "hub-key", TEXT(hub_key, "FILE"), .help = "its key, PEM" },
	{ "hub-token", TEXT(hub_token, "FILE"), .help = "this host's token, in a file of mode 0600" },
	{ "site", TEXT(site, "NAME"), .help = "where this host stands, as you call it" },
	{ "store", LIST(store, "clickhouse=URL"),
	  .help = "store in ClickHouse: clickhouse=http://[USER@]HOST:8123/DATABASE (one for each server)" },
	{ "store-password", TEXT(store_password, "FILE"), .help = "that user's password, in a file of mode 0600" },
	{ "store-ca", TEXT(store_ca, "FILE"),
	  .help = "who has signed the certificates of ClickHouse, PEM (else the system's)" },
	{ "tokens", TEXT(tokens, "DIR"), .help = "a file for each host, named by its id, mode 0600: its token" },
	{ "until-eof", FLAG(until_eof), .hidden = true, .help = "end at the end of stdin" },
	{ "help", 'h', FLAG(help), .help = "this page" },
	{ "version", 'V', FLAG(version), .help = "the version of unfin" },
	{ NULL },
};

const struct option *option_table(void)
{
	return table;
}

const struct option *option_find(const char *name)
{
	for (const struct option *row = table; row->name; row++)
		if (streq(row->as ?: row->name, name))
			return row;
	return NULL;
}

void options_free(struct options *o)
{
	array_free(&o->only);
	array_free(&o->ignore);
	array_free(&o->src);
	array_free(&o->dst);
	array_free(&o->state);
	array_free(&o->repo);
	array_free(&o->allow);
	array_free(&o->without_hook);
	array_free(&o->listen);
	array_free(&o->hub);
	array_free(&o->hub_store);
	array_free(&o->store);
	array_free(&o->allow_host);
}

option_set option_bit(const struct option *row)
{
	_Static_assert(ARRAY_SIZE(table) <= 128, "one bit an option");
	return (option_set)1 << (row - table);
}
