/* unfin watch: what happens to connections, as it happens. */
#include "expression.h"
#include "session.h"
#include "watch_child.h"
#include "watch_out.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/stop.h"
#include "source/details.h"
#include "source/host.h"
#include "source/privilege.h"
#include "trace/watch.h"
#include "view/watch.h"
#include <signal.h>

enum { TICK_MS = 50 }; /* how late a line may be; the ring must hold what comes meanwhile */

struct watching {
	const struct options *options;
	struct arena *arena;
	struct session session;
	struct filter *filter;
	struct watch_child child;
	struct watch *watch;
	struct moment *names; /* processes and namespaces that events speak of */
	uint32_t described;   /* so many of its processes have their details */
	unsigned wants;
	ARRAY(struct event) events; /* of this tick */
	turnover_list counted;      /* when the last period ended */
	uint64_t began_ns, period_ns;
	struct watch_out out;
};

static void watching_free(struct watching *w)
{
	watch_child_end(&w->child);
	watch_close(w->watch);
	session_close(&w->session);
	moment_free(w->names);
	array_free(&w->events);
	array_free(&w->counted);
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

	return (w->options->output != OUTPUT_TABLE || !follows) && event_match(w->filter, w->names, e);
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

static int take_events(struct watching *w)
{
	int err = watch_drain(w->watch, keep_event, w);

	describe_new(w);
	array_each (&w->events, e) {
		if (!is_shown(w, e))
			continue;
		if (is_data(w))
			watch_json_event(&w->out.line, w->names, e);
		else
			watch_text_event(&w->out.line, w->names, e);
		watch_out_line(&w->out);
	}
	w->events.count = 0;
	watch_out_write(&w->out);
	return err;
}

static void write_summary(struct watching *w, const turnover_list *rows, uint64_t since_ns, bool whole)
{
	struct event_books books;
	struct watch_summary s = { .at_unix_ms = clock_unix_ms(),
		                   .ms = (clock_monotonic_ns() - since_ns) / NS_PER_MS,
		                   .names = w->names,
		                   .rows = rows,
		                   .books = &books,
		                   .whole = whole };

	watch_books(w->watch, &books);
	books.unread = w->out.unread;
	if (is_data(w))
		watch_json_summary(&w->out.line, &s);
	else
		watch_text_summary(&w->out.line, &s);
	watch_out_line(&w->out);
}

/* What has come since the last period, or since the beginning. */
static int summarize(struct watching *w, bool whole)
{
	turnover_list now = { 0 }, rows = { 0 };
	static const turnover_list nothing;
	int err = watch_count(w->watch, &now);

	describe_new(w);
	turnover_difference(&now, whole ? &nothing : &w->counted, &rows);
	turnover_order(&rows);
	write_summary(w, &rows, whole ? w->began_ns : w->period_ns, whole);
	w->period_ns = clock_monotonic_ns();
	array_free(&rows);
	array_free(&w->counted);
	w->counted = now;
	return err;
}

static bool is_over(struct watching *w)
{
	uint64_t ms = (clock_monotonic_ns() - w->began_ns) / NS_PER_MS;
	const struct options *o = w->options;

	return w->out.err || (o->window.given && ms >= o->window.value) || watch_child_ended(&w->child);
}

static int follow(struct watching *w)
{
	const struct optional *summary = &w->options->summary;
	int err = 0;

	while (!err && !is_over(w) && !stop_wait_ms(TICK_MS)) {
		err = take_events(w);
		uint64_t ms = (clock_monotonic_ns() - w->period_ns) / NS_PER_MS;
		if (!err && summary->given && ms >= summary->value)
			err = summarize(w, false);
	}
	watch_child_end(&w->child);
	watch_stop(w->watch);
	err = err ?: take_events(w) ?: summarize(w, true);
	watch_out_end(&w->out);
	return err;
}

static int narrow_netns(const struct source_request *request, uint32_t *ret)
{
	uint64_t inode = request->netns;
	int err = request->scope == SCOPE_SELF ? host_self_netns(&inode) : 0;

	*ret = request->scope == SCOPE_ALL ? 0 : (uint32_t)inode;
	return err;
}

static int open_watch(struct watching *w)
{
	const struct options *o = w->options;
	struct watch_request request = { .filter = w->filter,
		                         .events = !o->summary.given,
		                         .family = w->child.pid > 0,
		                         .ring_bytes = (uint32_t)o->ring.value,
		                         .rows = (uint32_t)o->rows.value };
	struct gap why = { 0 };

	w->names = moment_new();
	int err = narrow_netns(&w->session.request, &request.netns) ?: watch_open(&request, w->names, &w->watch, &why);
	if (!err)
		return STATUS_OK;
	log_error("cannot see %s: %s", why.what ?: "anything", why.why ?: strerror(-err));
	const char *mend = why.mend ?: privilege_mend_of(err, w->names->arena);
	if (mend)
		log_hint("%s", mend);
	return STATUS_UNABLE;
}

/* Whoever sits and waits is told for what; a log is not. */
static void tell_begin(const struct watching *w)
{
	if (isatty(STDERR_FILENO))
		log_warning("watching %zu sockets and all that come; Ctrl-C ends with a summary",
		            w->session.moment->sockets.count);
}

/* Watched first, then looked: what comes between is seen by both. */
static int begin(struct watching *w)
{
	unsigned wants = WANT_BUCKETS;
	int status = session_open(&w->session, w->options, wants) ?: open_watch(w) ?: session_look(&w->session);

	if (status != STATUS_OK)
		return status;
	watch_seed(w->watch, w->session.moment);
	tell_begin(w);
	w->began_ns = w->period_ns = clock_monotonic_ns();
	if (w->child.pid > 0) {
		watch_follow(w->watch, (uint32_t)w->child.pid);
		watch_child_go(&w->child);
	}
	if (!is_data(w) && !w->options->summary.given && !w->options->no_header)
		watch_text_head(&w->out.line);
	watch_out_line(&w->out);
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
	int err = follow(&w);
	if (err) {
		log_error("reading the events failed: %s", strerror(-err));
		return STATUS_UNABLE;
	}
	return MAX(w.child.status, 0);
}

static const char *const accepted[] = { "output", "window", "summary", "no-header", "netns", "show-args",
	                                "quiet",  "source", "ring",    "rows",      NULL };

const struct command command_watch = {
	.name = "watch",
	.arguments = "[EXPR] [-- CMD]",
	.summary = "what happens to connections as it happens: opened, finished, closed, failed, and by whom",
	.examples = "unfin watch                             # all of them, until Ctrl-C, then a summary\n"
	            "unfin watch --summary 10s               # who opens, closes and leaves how many\n"
	            "unfin watch 'comm == python3 and peer_port == 443'\n"
	            "unfin watch -o jsonl --window 1m >events.jsonl\n"
	            "unfin watch -- pytest tests/            # a command and all it starts, from its beginning\n",
	.details = "EXPR is as in unfin list. What it asks of pid, comm, netns, cgroup, address and port is decided in "
	           "the\n"
	           "kernel, and what does not match costs next to nothing; the rest is compared afterwards.\n"
	           "\"closed first\": before the peer had finished; \"closed\": so long after its FIN. What is left is "
	           "what the\n"
	           "peer has finished and the program has not closed. With --, the exit status is that of CMD.\n",
	.options = accepted,
	.outputs = OUTPUT(TABLE) | OUTPUT(WIDE) | OUTPUT(JSONL),
	.power = POWER_LOOK | POWER_ENTER | POWER_FOLLOW,
	.runs_command = true,
	.run = watch_run,
};
