/* unfin guard, in the executable that has the libraries for it: start the command, follow what it opens, decode while
 * its processes live, and tell what outlived its use. */
#include "cmd/blame.h"
#include "commits.h"
#include "folded.h"
#include "guard_looks.h"
#include "interpreters.h"
#include "sites.h"
#include "uses_decode.h"
#include "cmd/expression.h"
#include "cmd/narrowed.h"
#include "cmd/output.h"
#include "cmd/session.h"
#include "cmd/scope.h"
#include "cmd/terminal.h"
#include "cmd/watch_child.h"
#include "base/clock.h"
#include "base/format.h"
#include "base/log.h"
#include "base/stop.h"
#include "source/details.h"
#include "source/privilege.h"
#include "source/proc.h"
#include "trace/watch.h"
#include "view/blame.h"
#include "view/place.h"
#include <errno.h>
#include <inttypes.h>
#include <poll.h>

enum {
	TICK_MS = 20,       /* how late a stack is decoded, and a close is held against the end of its process */
	MAX_AGE_MS = 10000, /* unless --max-age says */
	LEAVE_MS = 3000,    /* after Ctrl-C, which the command has got, too */
};

struct guard {
	const struct invocation *in;
	struct session session; /* its moment is the look at the end */
	struct moment *names;   /* processes that events speak of, and their texts */
	uint32_t described;     /* so many of them have these */
	struct watch_child child;
	struct watch *watch;
	struct captures *captures; /* NULL: events may not be followed, looks take their place */
	struct guard_looks looks;
	struct interpreters interpreters;
	struct listened_places listeners;
	struct uses uses;
	ARRAY(struct filter *) allowed;
	uint64_t allowed_count;
	struct sites sites;
	int folded;        /* file, or -1 */
	bool blind;        /* nothing more can be seen; the command is not ours to end */
	struct gap unseen; /* where looks take the place of events */
};

static void guard_free(struct guard *g)
{
	cleanup_close(&g->folded);
	watch_child_end(&g->child);
	sites_free(&g->sites);
	captures_close(g->captures);
	watch_close(g->watch);
	session_close(&g->session);
	uses_free(&g->uses);
	listened_free(&g->listeners);
	array_free(&g->allowed);
	moment_free(g->names);
}

static void leave_watch(void *context)
{
	struct guard *g = context;

	watch_close(take_ptr(g->watch));
}

static void take_event(void *to, const struct event *e)
{
	struct guard *g = to;

	uses_take(&g->uses, e);
}

/* A zombie has ended, too: its descriptors are closed. Numbers are soon another process's. */
static bool has_ended(void *context, uint32_t process)
{
	const struct guard *g = context;
	const struct process *p = &g->names->processes.items[process];
	cleanup(cleanup_close) int dir = -1;
	struct proc_stat stat;
	int err = proc_open(p->pid, p->start_boot_ns, &dir, &stat);

	return err ? proc_is_gone(err) : stat.state == 'Z' || stat.state == 'X';
}

static void tell_old(void *context, const struct use *use)
{
	const struct guard *g = context;
	TEXT_CLEANUP t = { 0 };

	if (use->opener != PROCESS_NONE) {
		process_format(&t, &g->names->processes.items[use->opener]);
		text_add(&t, " opened it");
	}
	const struct frame *place = use->stack ? stack_place(use->stack) : NULL;
	if (place) {
		text_add(&t, ", at ");
		place_format(&t, place);
	}
	text_add(&t, ": kept for ");
	format_duration(&t, use->held_ms);
	text_add(&t, " after its peer has finished");
	log_warning("%s", t.bytes);
}

/* After all events that came before: what a process closed just before its end is closed by it. */
static void take_ends(struct guard *g)
{
	ended_list ended = captures_ended(g->captures);
	uint64_t boot_ns, unix_ms;

	clock_now(&boot_ns, &unix_ms);
	array_each (&ended, one)
		uses_end_process(&g->uses, moment_process(g->names, one->tgid, one->start_boot_ns),
		                 unix_ms - (boot_ns - MIN(one->at_boot_ns, boot_ns)) / NS_PER_MS);
	array_free(&ended);
}

/* They end soon: they are asked as soon as they are seen. */
static void describe_new(struct guard *g)
{
	if (g->described < g->names->processes.count)
		details_read_from(g->names, g->described, g->session.request.wants);
	g->described = (uint32_t)g->names->processes.count;
}

static int take_look(struct guard *g)
{
	(void)poll(NULL, 0, TICK_MS);
	if (guard_looks_take(&g->looks) != STATUS_OK)
		return -EIO;
	describe_new(g);
	uses_ask_ends(&g->uses, has_ended, g);
	uses_pass(&g->uses, clock_unix_ms(), tell_old, g);
	return 0;
}

static int take_events(struct guard *g)
{
	int err = captures_take(g->captures, TICK_MS);

	g->interpreters.spent_ns = 0; /* a suite may start any number of programs, its own */
	g->listeners.spent_ns = 0;
	interpreters_tell_started(&g->interpreters, g->captures);
	uint64_t now_unix_ms = clock_unix_ms();
	err = err ?: watch_drain(g->watch, take_event, g);
	take_ends(g);
	describe_new(g);
	uses_decode(&g->uses, g->names, now_unix_ms, g->captures, &g->listeners);
	uses_pass(&g->uses, now_unix_ms, tell_old, g);
	return err;
}

static void take(struct guard *g)
{
	if (g->blind) {
		(void)poll(NULL, 0, TICK_MS);
		return;
	}
	g->blind = (g->captures ? take_events(g) : take_look(g)) != 0;
	if (g->blind)
		log_error("what becomes of connections can be seen no more: the command goes on unguarded");
}

/* Ctrl-C is the command's as well as ours: it may tidy up, for a while. */
static bool is_over(struct guard *g, uint64_t *stopped_ns)
{
	uint64_t now_ns = clock_monotonic_ns();

	if (watch_child_ended(&g->child))
		return true;
	if (stop_asked() && !*stopped_ns)
		*stopped_ns = now_ns;
	return *stopped_ns && now_ns - *stopped_ns > LEAVE_MS * NS_PER_MS;
}

static void follow(struct guard *g)
{
	uint64_t stopped_ns = 0;

	while (!is_over(g, &stopped_ns))
		take(g);
	watch_child_end(&g->child);
	take(g);
}

static uint32_t adopt(struct moment *m, const struct moment *names, uint32_t process)
{
	if (process == PROCESS_NONE)
		return PROCESS_NONE;
	const struct process *p = &names->processes.items[process];
	uint32_t index = moment_process(m, p->pid, p->start_boot_ns);
	struct process *to = &m->processes.items[index];

	if (!to->detailed) {
		uint64_t key = to->key;
		*to = *p;
		to->key = key;
		to->netns = NETNS_UNKNOWN;
	}
	return index;
}

static bool is_allowed(struct guard *g, const struct use *use)
{
	array_each (&g->allowed, f)
		if (event_match(*f, g->names, &use->last))
			return true;
	return false;
}

static int compare_leaks(const void *a, const void *b)
{
	const struct leak *x = a, *y = b;

	return CMP(x->process, y->process) ?: CMP(y->age_ms, x->age_ms);
}

static void find_sites(struct guard *g)
{
	struct moment *m = g->session.moment;
	leak_list leaks = { 0 };

	uses_decode_rest(&g->uses,
	                 g->captures ? "its opening was not seen, or its process ended before its stack was read"
	                             : "this user may not follow what programs open: unfin doctor",
	                 g->names->arena);
	array_each (&g->uses.rows, use) {
		if (!use->outlived)
			continue;
		if (is_allowed(g, use)) {
			g->allowed_count++;
			continue;
		}
		uint32_t process = use->opener == PROCESS_NONE ? use->holder : use->opener;
		*array_push(&leaks) = (struct leak){ .process = adopt(m, g->names, process),
			                             .age_ms = use->held_ms,
			                             .local = use->last.local,
			                             .peer = use->last.peer,
			                             .stack = use->stack,
			                             .listened = use->listened,
			                             .accepted = use->accepted,
			                             .unread = use->finished_unix_ms && !use->read,
			                             .outlived = use->outlived,
			                             .holder = adopt(m, g->names, use->holder) };
	}
	array_sort(&leaks, compare_leaks);
	sites_gather(&g->sites, m, &leaks);
	array_free(&leaks);
}

static void tell_unfollowed(const struct guard *g, uint64_t count)
{
	struct moment *m = g->session.moment;

	if (!count)
		return;
	moment_gap(m, arena_printf(m->arena, "%" PRIu64 " processes of the command", count),
	           "more were alive at once than can be followed", NULL);
	log_warning("%" PRIu64 " processes of the command were not followed: too many were alive at once", count);
}

/* What the look at the end did not see of others is no matter of the command's; what it did itself is. */
static void tell_lost(const struct guard *g, const struct event_books *books)
{
	struct moment *m = g->session.moment;
	uint64_t lost = books->lost + books->missed + books->nameless;

	if (!lost)
		return;
	moment_gap(m, arena_printf(m->arena, "%" PRIu64 " events of connections", lost),
	           "more came than could be taken", NULL);
	log_warning("%" PRIu64 " events of connections came faster than they could be taken: some may be missing",
	            lost);
}

static int status_of(const struct guard *g)
{
	int status = MAX(g->child.status, 0);

	return status ?: g->sites.unfinished ? STATUS_LEFT_OPEN : STATUS_OK;
}

static int tell(struct guard *g)
{
	const struct options *o = &g->in->options;
	struct page_style style = terminal_style(o);
	TEXT_CLEANUP out = { 0 };
	struct guarded guarded = { .command = g->in->child[0],
		                   .command_status = MAX(g->child.status, 0),
		                   .status = status_of(g),
		                   .allowed = g->allowed_count };
	struct blame b = { .moment = g->session.moment,
		           .sites = &g->sites.list,
		           .opened = g->uses.opened,
		           .unfinished = g->sites.unfinished,
		           .guarded = &guarded };

	if (o->output == OUTPUT_JSON)
		guard_json(&out, &b);
	else if (g->sites.unfinished)
		guard_text(&out, &b, &style);
	int status = o->output == OUTPUT_JSON ? output_text(&out) : output_end(text_flush(&out, STDERR_FILENO));
	status = status ?: folded_write(g->folded, o->folded, &b);
	return status ?: guarded.status;
}

static int follow_events(struct guard *g, struct gap *why)
{
	struct watch_request request = { .events = true, .family = true };
	struct capture_scope scope = { .family = true };
	int err = scope_inode(&g->session.request, &scope.netns)
	                  ?: captures_open(g->names->arena, &scope, &g->captures, why);

	request.netns = scope.netns;
	err = err ?: watch_open(&request, g->names, &g->watch, why);
	if (err)
		captures_close(take_ptr(g->captures));
	return err;
}

/* What is lost then is said at once, and stands in the document. */
static void look_instead(struct guard *g, const struct gap *why, int err)
{
	g->unseen =
	        (struct gap){ .what = "where connections were opened, and those that came and went between two looks",
		              .why = why->why,
		              .mend = why->mend ?: privilege_mend_of(err, g->names->arena) };
	log_warning("not seen: %s: %s", g->unseen.what, g->unseen.why);
	if (g->unseen.mend)
		log_hint("%s", g->unseen.mend);
}

static int open_all(struct guard *g)
{
	const struct options *o = &g->in->options;
	struct gap why = { .why = "/proc does not tell which network namespace is ours" };

	g->session.later = POWER_LOOK | POWER_ENTER | POWER_FOLLOW | POWER_HISTORY;
	session_limit(&g->session, o, WANT_DETAILS);
	int status = session_open(&g->session, o, WANT_DETAILS);
	if (status != STATUS_OK)
		return status;
	g->names = moment_new();
	int err = follow_events(g, &why);
	if (err)
		look_instead(g, &why, err);
	return STATUS_OK;
}

static void begin(struct guard *g)
{
	uint32_t pid = (uint32_t)g->child.pid;

	if (g->captures) {
		captures_also_leave(g->captures, leave_watch, g);
		captures_follow(g->captures, pid);
		watch_follow(g->watch, pid);
		captures_begin(g->captures);
	} else {
		g->looks = (struct guard_looks){ .session = &g->session,
			                         .uses = &g->uses,
			                         .names = g->names,
			                         .has_ended = has_ended,
			                         .context = g };
		guard_looks_begin(&g->looks, pid);
	}
	watch_child_go(&g->child);
}

/* The look at the end, and what had happened until then. A status. */
static int look_last(struct guard *g)
{
	struct event_books books;

	if (!g->captures) {
		int status = guard_looks_last(&g->looks);
		moment_gap(g->session.moment, g->unseen.what, g->unseen.why, g->unseen.mend);
		return status;
	}
	int status = session_look(&g->session);
	if (status == STATUS_OK && watch_drain(g->watch, take_event, g))
		status = STATUS_UNABLE;
	watch_books(g->watch, &books);
	tell_lost(g, &books);
	tell_unfollowed(g, books.unfollowed);
	return status;
}

static int finish(struct guard *g)
{
	int status = look_last(g);

	if (status != STATUS_OK)
		return status;
	uses_end(&g->uses, g->session.moment, g->names, has_ended, g);
	status = session_seen(&g->session);
	if (status != STATUS_OK)
		return status;
	narrowed_tell(g->in, NULL, g->session.moment);
	find_sites(g);
	commits_find(&g->sites.list, g->session.moment, &g->in->options, g->captures);
	return tell(g);
}

static int parse(struct guard *g, struct arena *arena)
{
	const struct options *o = &g->in->options;
	int status = invocation_at_most(g->in, 0);

	if (status == STATUS_OK && !g->in->child) {
		log_error("guard needs a command");
		log_hint("unfin guard -- CMD");
		status = STATUS_USAGE;
	}
	for (size_t i = 0; i < o->allow.count && status == STATUS_OK; i++)
		status = expression_compile(o->allow.items[i], arena, array_push(&g->allowed));
	uses_init(&g->uses, o->max_age.given ? o->max_age.value : MAX_AGE_MS);
	status = status ?: folded_open(o->folded, &g->folded);
	g->child.talks_aside = o->output == OUTPUT_JSON;
	return status;
}

int guard_run(const struct invocation *in)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	cleanup(guard_free) struct guard g = { .in = in, .folded = -1 };
	int status = parse(&g, arena);

	if (status != STATUS_OK)
		return status;
	int err = watch_child_start(&g.child, in->child);
	if (err) {
		log_error("cannot start %s: %s", in->child[0], strerror(-err));
		return STATUS_UNABLE;
	}
	stop_on_signals();
	status = open_all(&g);
	if (status != STATUS_OK)
		return status;
	begin(&g);
	follow(&g);
	status = g.blind ? STATUS_UNABLE : finish(&g);
	return MAX(g.child.status, 0) ?: status;
}
