/* unfin watch: what happens to connections, as it happens. */
#include "expression.h"
#include "gather.h"
#include "scope.h"
#include "session.h"
#include "watch_child.h"
#include "watch_out.h"
#include "watch_sums.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/stop.h"
#include "source/details.h"
#include "trace/live.h"
#include "trace/watch.h"
#include "view/watch.h"
#include <signal.h>

enum {
	TICK_MS = 50,             /* how late a line may be; the ring must hold what comes meanwhile */
	LEAKS_MS = 10 * 1000,     /* how often a person is told who leaves connections */
	GIVE_BACK_MS = 10 * 1000, /* how often programs that have ended leave the table */
	REPAIR_MS = 1000,         /* not sooner after the look before */
	HEAL_MS = 30 * 1000, /* closed connections are held against a look so often, should an end have been missed */
	NAMES_MOST = 32768,  /* processes that are remembered, whether anything speaks of them or not */
	ENDED_MOST = 100000, /* rows that only a look can drop */
};

struct watching {
	const struct options *options;
	struct arena *arena;
	struct session session;
	struct filter *filter;
	struct watch_child child;
	struct watch *watch;
	struct live *live;    /* NULL: no events, no table of connections */
	struct moment *names; /* processes and namespaces that events speak of */
	uint32_t described;   /* so many of its processes have their details */
	uint32_t names_kept;  /* so many were left when the others were forgotten */
	unsigned wants;
	ARRAY(struct event) events; /* of this tick */
	repeats repeats;            /* of lines for a person */
	struct watch_sums sums;
	uint64_t began_ns, period_ns;
	uint64_t looked_ns, lost_before_look;
	uint64_t given_back_ms;
	struct watch_out out;
};

static void watching_free(struct watching *w)
{
	watch_child_end(&w->child);
	watch_close(w->watch);
	live_free(w->live);
	session_close(&w->session);
	moment_free(w->names);
	array_free(&w->events);
	array_free(&w->repeats);
	watch_sums_free(&w->sums);
	arena_free(w->arena);
}

static bool is_data(const struct watching *w)
{
	return w->options->output == OUTPUT_JSONL;
}

/* Where a person reads, what follows from other lines is left out. */
static bool is_shown(const struct watching *w, const struct event *e)
{
	bool follows = e->kind == EVENT_DESTROYED || e->kind == EVENT_ARRIVED;

	return !w->options->summary.given && (w->options->output != OUTPUT_TABLE || !follows);
}

static void keep_event(void *to, const struct event *e)
{
	struct watching *w = to;

	*array_push(&w->events) = *e;
}

/* Processes end soon: they are asked as soon as they are seen. */
static void describe_new(struct watching *w)
{
	uint32_t count = (uint32_t)w->names->processes.count;

	if (w->wants & WANT_DETAILS && w->described < count)
		details_read_from(w->names, w->described, w->wants);
	w->described = count;
}

static uint64_t now_ms(void)
{
	return clock_monotonic_ns() / NS_PER_MS;
}

static void write_event(struct watching *w, const struct event *e)
{
	if (is_data(w))
		watch_json_event(&w->out.line, w->names, e);
	else if (w->options->output == OUTPUT_WIDE || repeats_take(&w->repeats, w->names, e, now_ms()))
		watch_text_event(&w->out.line, w->names, e);
	watch_out_line(&w->out);
}

static void write_repeats(struct watching *w, bool all)
{
	struct repeat r;

	while (repeats_next(&w->repeats, now_ms(), all, &r)) {
		if (r.count > 1)
			watch_text_repeat(&w->out.line, w->names, &r);
		else
			watch_text_event(&w->out.line, w->names, &r.last);
		watch_out_line(&w->out);
	}
}

static void take_event(struct watching *w, const struct event *e)
{
	bool matches = event_match(w->filter, w->names, e);

	if (w->live)
		live_take(w->live, e, matches);
	if (!matches)
		return;
	if (!watch_is_exact(w->watch))
		turnover_take(&w->sums.taken, e);
	if (is_shown(w, e))
		write_event(w, e);
}

/* Details of their processes may be part of the expression. */
static int take_events(struct watching *w)
{
	int err = watch_drain(w->watch, keep_event, w);

	describe_new(w);
	array_each (&w->events, e)
		take_event(w, e);
	w->events.count = 0;
	write_repeats(w, false);
	watch_out_write(&w->out);
	return err;
}

/* All that has come before the look is in the table; what comes while it is taken follows it. */
static int look_again(struct watching *w)
{
	struct event_books books;
	int err = take_events(w);

	watch_books(w->watch, &books);
	w->lost_before_look = books.lost + books.missed;
	moment_free(w->session.moment);
	w->session.moment = moment_new();
	int status = err ? STATUS_UNABLE : session_look(&w->session);
	w->looked_ns = clock_monotonic_ns();
	return status;
}

static bool is_torn(const struct watching *w)
{
	struct event_books books;

	watch_books(w->watch, &books);
	return books.lost + books.missed > w->lost_before_look || !watch_has(w->watch, WATCH_DESTROYED) ||
	       live_count_ended(w->live) > ENDED_MOST;
}

static bool is_doubtful(const struct watching *w, uint64_t looked_ms)
{
	return is_torn(w) || (looked_ms >= HEAL_MS && live_has_closed(w->live));
}

/* While more is lost than a look can follow, it is tried again each second. */
static int repair(struct watching *w)
{
	uint64_t looked_ms = (clock_monotonic_ns() - w->looked_ns) / NS_PER_MS;

	if (!w->live || looked_ms < REPAIR_MS || !is_doubtful(w, looked_ms))
		return STATUS_OK;
	int status = look_again(w);
	if (status == STATUS_OK)
		live_repair(w->live, w->session.moment);
	return status;
}

static bool names_are_many(const struct watching *w)
{
	size_t most = w->options->table_rows.given ? w->options->table_rows.value : NAMES_MOST;

	return w->names->processes.count > MAX(most, (size_t)w->names_kept * 2);
}

/* Processes come and go: those that no row speaks of any more are forgotten. */
static void forget_names(struct watching *w)
{
	struct moment *kept;

	if (!names_are_many(w))
		return;
	describe_new(w);
	kept = moment_new();
	watch_sums_move(&w->sums, kept, w->names);
	repeats_move(&w->repeats, kept, w->names);
	if (w->live)
		live_move(w->live, kept);
	array_each (&w->names->coverage.gaps, gap)
		(gap->names_only ? moment_gap_names(kept, gap->what, gap->why)
		                 : moment_gap(kept, gap->what, gap->why, gap->mend));
	watch_use_names(w->watch, kept);
	moment_free(w->names);
	w->names = kept;
	w->names_kept = w->described = (uint32_t)kept->processes.count;
}

static struct watch_summary summary_of(const struct watching *w, const turnover_list *rows, uint64_t since_ns,
                                       struct event_books *books)
{
	watch_books(w->watch, books);
	books->unread = w->out.unread;
	return (struct watch_summary){ .at_unix_ms = clock_unix_ms(),
		                       .ms = (clock_monotonic_ns() - since_ns) / NS_PER_MS,
		                       .names = w->names,
		                       .rows = rows,
		                       .books = books,
		                       .sums_whole = watch_is_exact(w->watch),
		                       .now = w->live != NULL };
}

/* What has come since the last period, or since the beginning; and, where it is known, what is there now. */
static int collect(struct watching *w, bool whole, turnover_list *ret)
{
	int err = watch_sums_collect(&w->sums, w->watch, whole, ret);

	if (w->live)
		live_fill(w->live, ret);
	turnover_order(ret);
	describe_new(w);
	return err;
}

static int write_rows(struct watching *w, bool whole, void (*write)(struct text *, const struct watch_summary *))
{
	turnover_list rows = { 0 };
	struct event_books books;
	int err = collect(w, whole, &rows);
	struct watch_summary s = summary_of(w, &rows, whole ? w->began_ns : w->period_ns, &books);

	s.whole = whole;
	write(&w->out.line, &s);
	watch_out_line(&w->out);
	w->period_ns = clock_monotonic_ns();
	array_free(&rows);
	return err;
}

static int summarize(struct watching *w, bool whole)
{
	return write_rows(w, whole, is_data(w) ? watch_json_summary : watch_text_summary);
}

/* Between the lines, for a person: what they come to. */
static int tell_leaks(struct watching *w)
{
	return write_rows(w, false, watch_text_leaks);
}

/* A period is over: who asked for summaries gets one, who reads lines is told who leaks. */
static int end_period(struct watching *w)
{
	const struct optional *summary = &w->options->summary;
	uint64_t ms = (clock_monotonic_ns() - w->period_ns) / NS_PER_MS;

	if (now_ms() - w->given_back_ms >= GIVE_BACK_MS) {
		w->given_back_ms = now_ms();
		int err = watch_sums_give_back(&w->sums, w->watch);
		if (err)
			return err;
	}
	if (summary->given)
		return ms >= summary->value ? summarize(w, false) : 0;
	return !is_data(w) && ms >= LEAKS_MS ? tell_leaks(w) : 0;
}

/* The table against a look; for tests. `repaired`: it was made from that look, else it had no part in it. */
static void tell_books(struct watching *w, bool repaired)
{
	uint64_t missing, ghosts;

	live_compare(w->live, w->session.moment, &missing, &ghosts);
	text_printf(&w->out.line,
	            "{\"event\":\"books\",\"sockets\":%zu,\"missing\":%llu,\"ghosts\":%llu,"
	            "\"repaired\":%s}\n",
	            live_count(w->live), (unsigned long long)missing, (unsigned long long)ghosts,
	            repaired ? "true" : "false");
	watch_out_line(&w->out);
}

/* What is there at the end is told from a fresh look, too. */
static int look_last(struct watching *w)
{
	bool torn = is_torn(w);
	int status = look_again(w);

	if (status == STATUS_OK && torn)
		live_repair(w->live, w->session.moment);
	if (status == STATUS_OK && take_events(w))
		status = STATUS_UNABLE;
	if (status == STATUS_OK && w->options->books)
		tell_books(w, torn);
	return status;
}

static bool is_over(struct watching *w)
{
	uint64_t ms = (clock_monotonic_ns() - w->began_ns) / NS_PER_MS;
	const struct options *o = w->options;

	return w->out.err || (o->window.given && ms >= o->window.value) || watch_child_ended(&w->child);
}

/* Who reads data, or has stopped to read, is told on stderr. */
static void tell_losses(const struct watching *w)
{
	struct event_books books;

	watch_books(w->watch, &books);
	if (books.lost && is_data(w))
		log_warning("%llu of %llu events came faster than they could be told%s", (unsigned long long)books.lost,
		            (unsigned long long)books.produced,
		            watch_is_exact(w->watch) ? ": they are in the sums alone" : "");
	if (w->out.unread)
		log_warning("%llu lines were not written: nobody read them in time", (unsigned long long)w->out.unread);
}

static int follow(struct watching *w)
{
	int err = 0, status = STATUS_OK;

	while (!err && status == STATUS_OK && !is_over(w) && !stop_wait_ms(TICK_MS)) {
		err = take_events(w) ?: end_period(w);
		status = repair(w);
		forget_names(w);
	}
	watch_child_end(&w->child);
	if (!err && status == STATUS_OK && w->live)
		status = look_last(w);
	watch_stop(w->watch);
	err = err ?: take_events(w);
	write_repeats(w, true);
	err = err ?: summarize(w, true);
	watch_out_end(&w->out);
	tell_losses(w);
	if (err)
		log_error("reading the events failed: %s", strerror(-err));
	return err ? STATUS_UNABLE : status;
}

static int open_watch(struct watching *w)
{
	const struct options *o = w->options;
	struct watch_request request = { .filter = w->filter,
		                         .events = !o->summary.given,
		                         .family = w->child.pid > 0,
		                         .ring_bytes = (uint32_t)o->ring.value,
		                         .rows = (uint32_t)o->table_rows.value,
		                         .hooks = gather_hooks(o) };
	struct gap why = { .what = "which network namespace is ours", .why = "/proc does not tell" };

	w->names = moment_new();
	int err = scope_inode(&w->session.request, &request.netns) ?: watch_open(&request, w->names, &w->watch, &why);
	return err ? session_refused(&w->session, &why, err) : STATUS_OK;
}

/* Whoever sits and waits is told for what; a log is not. What was left before is told to whoever reads lines. */
static void tell_begin(struct watching *w)
{
	if (isatty(STDERR_FILENO))
		log_warning("watching %zu sockets and all that come; Ctrl-C ends with a summary",
		            w->session.moment->sockets.count);
	if (is_data(w) || w->options->summary.given)
		return;
	if (w->child.pid <= 0)
		tell_leaks(w);
	if (!w->options->no_header)
		watch_text_head(&w->out.line);
	watch_out_line(&w->out);
}

/* A person is told before the first line, and again with what it all comes to. */
static void tell_gaps(const struct watching *w)
{
	size_t count;
	const struct hook_state *hooks = watch_hooks(w->watch, &count);

	for (size_t i = 0; i < count; i++) {
		if (!hooks[i].hook || hooks[i].link >= 0)
			continue;
		moment_gap(w->names, hooks[i].hook->lost,
		           arena_printf(w->names->arena, "%s %s: %s", hook_kind_name(hooks[i].hook->kind),
		                        hooks[i].hook->at, hook_error_text(&hooks[i])),
		           NULL);
		log_warning("not seen: %s (%s)", hooks[i].hook->lost, hook_error_text(&hooks[i]));
	}
}

/* Watched first, then looked: what comes between is seen by both. */
static int begin(struct watching *w)
{
	unsigned wants = WANT_BUCKETS;
	int status = session_open(&w->session, w->options, wants) ?: open_watch(w) ?: session_look(&w->session);

	if (status != STATUS_OK)
		return status;
	watch_seed(w->watch, w->session.moment);
	tell_gaps(w);
	w->began_ns = w->period_ns = w->looked_ns = clock_monotonic_ns();
	if (!w->options->summary.given && watch_has(w->watch, WATCH_STATE)) {
		w->live = live_new(w->names, w->filter, w->child.pid > 0);
		live_repair(w->live, w->session.moment);
	}
	tell_begin(w);
	if (w->child.pid > 0) {
		watch_follow(w->watch, (uint32_t)w->child.pid);
		watch_child_go(&w->child);
	}
	return STATUS_OK;
}

static int start_child(struct watching *w, char **argv)
{
	int err = argv ? watch_child_start(&w->child, argv) : 0;

	if (err)
		log_error("cannot start %s: %s", argv[0], strerror(-err));
	return err ? STATUS_UNABLE : STATUS_OK;
}

static int watch_run(const struct invocation *in)
{
	cleanup(watching_free) struct watching w = { .options = &in->options, .arena = arena_new() };
	int status = expression_parse(in, w.arena, &w.filter) ?: start_child(&w, in->child);

	if (status != STATUS_OK)
		return status;
	signal(SIGPIPE, SIG_IGN);
	stop_on_signals();
	w.wants = filter_wants(w.filter) | (is_data(&w) ? WANT_DETAILS : 0) |
	          (in->options.show_args ? WANT_ARGUMENTS : 0);
	w.session.later = POWER_ENTER | POWER_FOLLOW; /* for tracefs, and the ring */
	session_limit(&w.session, w.options, w.wants);
	status = begin(&w);
	if (status != STATUS_OK)
		return status;
	status = follow(&w);
	return status ?: MAX(w.child.status, 0);
}

static const char *const accepted[] = { "output", "window", "summary",    "no-header",    "netns", "show-args", "quiet",
	                                "source", "ring",   "table-rows", "without-hook", "books", NULL };

const struct command command_watch = {
	.name = "watch",
	.arguments = "[EXPR] [-- CMD]",
	.summary = "what happens to connections as it happens: opened, finished, closed, failed, and by whom",
	.examples = "unfin watch                             # all of them, until Ctrl-C, then a summary\n"
	            "unfin watch --summary 10s               # who opens, closes and leaves how many\n"
	            "unfin watch 'comm == python3 and peer_port == 443'\n"
	            "unfin watch -o jsonl --window 1m >events.jsonl\n"
	            "unfin watch -- pytest tests/            # a command and all it starts, from its beginning\n",
	.details =
	        "EXPR is as in unfin list. What it asks of pid, comm, netns, cgroup, address and port is decided in\n"
	        "the kernel, and what does not match costs next to nothing; the rest is compared afterwards.\n"
	        "What comes again and again is one line of the table, x 37: so many more. -o wide has each.\n"
	        "\"closed first\": before the peer had finished; \"closed\": so long after its FIN. What is left is\n"
	        "what the peer has finished and the program has not closed. With --, the exit status is that of CMD.\n"
	        "A close has no program (-) where the last reference was that of someone who only looked, or was\n"
	        "dropped with a message. Of io_uring, connections that it opens and closes and connects that fail\n"
	        "are seen; what it accepts has no acceptor, and bind() and listen() that fail there are not seen.\n"
	        "Output that nobody reads is dropped and counted.\n",
	.options = accepted,
	.outputs = OUTPUT(TABLE) | OUTPUT(WIDE) | OUTPUT(JSONL),
	.power = POWER_LOOK | POWER_ENTER | POWER_FOLLOW,
	.runs_command = true,
	.run = watch_run,
};
