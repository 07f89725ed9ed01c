/* unfin blame, in the executable that has the libraries for it: watch, look, decode, tell. */
#include "cmd/blame.h"
#include "commits.h"
#include "debuginfo.h"
#include "folded.h"
#include "handed.h"
#include "interpreters.h"
#include "restarts.h"
#include "sites.h"
#include "standing.h"
#include "cmd/expression.h"
#include "cmd/folders.h"
#include "cmd/narrowed.h"
#include "cmd/output.h"
#include "cmd/scope.h"
#include "cmd/session.h"
#include "cmd/terminal.h"
#include "base/clock.h"
#include "base/format.h"
#include "base/log.h"
#include "base/stop.h"
#include "power/power.h"
#include "source/activity.h"
#include "view/blame.h"
#include <inttypes.h>

enum { WINDOW_MS = 30000, TAKE_MS = 200, HELD_MOST_MS = 2000 };

struct run {
	const struct invocation *in;
	struct session session;
	struct captures *captures;
	uint32_t pid; /* what is asked for; 0: all */
	struct capture_scope scope;
	struct filter *filter;
	struct interpreters interpreters;
	struct early early;
	struct debuginfo debuginfo;
	struct sites sites;
	struct activity_watch *activity;
	struct judgement *judgement;
	uint64_t window_ms, held_ms;
	uint64_t watched_ms;
	int folded; /* file, or -1 */
};

static void run_free(struct run *r)
{
	cleanup_close(&r->folded);
	sites_free(&r->sites);
	early_free(&r->early);
	debuginfo_end(&r->debuginfo);
	activity_free(r->activity);
	judgement_free(r->judgement);
	captures_close(r->captures);
	session_close(&r->session);
}

/* One line that is written over; nothing into a log. */
static void show_progress(const struct run *r, uint64_t left_ms, bool end)
{
	struct capture_counts n = captures_count(r->captures);
	TEXT_CLEANUP t = { 0 };

	if (!isatty(STDERR_FILENO) || r->in->options.quiet)
		return;
	text_add(&t, "\r\033[K");
	if (!end) {
		format_count(&t, n.opened);
		text_add(&t, " calls of connect() and accept() seen, ");
		format_count(&t, n.kept);
		text_add(&t, " of them still held; ");
		format_short(&t, (left_ms + 999) / 1000 * 1000);
		text_add(&t, " left (Ctrl-C ends the watch)");
	}
	(void)text_flush(&t, STDERR_FILENO);
}

static int watch(struct run *r)
{
	uint64_t began_ns = clock_monotonic_ns(), end_ns = began_ns + r->window_ms * NS_PER_MS, now_ns = began_ns;
	int err = 0;

	while (!err && !stop_asked() && now_ns < end_ns) {
		show_progress(r, (end_ns - now_ns) / NS_PER_MS, false);
		err = captures_take(r->captures, (int)MIN((end_ns - now_ns) / NS_PER_MS + 1, (uint64_t)TAKE_MS));
		interpreters_tell_started(&r->interpreters, r->captures);
		early_take(&r->early, r->captures);
		now_ns = clock_monotonic_ns();
	}
	show_progress(r, 0, true);
	r->watched_ms = (now_ns - began_ns) / NS_PER_MS;
	return err;
}

/* What was lost may have been the one that matters. */
static void tell_lost(const struct run *r)
{
	struct moment *m = r->session.moment;
	struct capture_counts n = captures_count(r->captures);

	if (n.lost)
		moment_gap(m, arena_printf(m->arena, "where %" PRIu64 " connections were opened", n.lost),
		           "more were opened than could be taken", "unfin blame --pid PID");
	if (r->interpreters.unread)
		moment_gap(m, arena_printf(m->arena, "the lines of up to %" PRIu32 " programs", r->interpreters.unread),
		           "where an interpreter keeps its frames could not be read in time", "unfin blame --pid PID");
}

static int open_all(struct run *r)
{
	const struct options *o = &r->in->options;
	unsigned wants = filter_wants(r->filter) | WANT_DETAILS;
	struct gap why = { .what = "which network namespace is ours", .why = "/proc does not tell" };

	r->session.later = POWER_LOOK | POWER_ENTER | POWER_FOLLOW | POWER_HISTORY;
	session_limit(&r->session, o, wants);
	int status = session_open(&r->session, o, wants);
	if (status != STATUS_OK)
		return status;
	r->pid = (uint32_t)o->pid.value;
	r->scope.pid = handed_may_be(r->pid) ? 0 : r->pid;
	int err = scope_inode(&r->session.request, &r->scope.netns)
	                  ?: captures_open(r->session.moment->arena, &r->scope, &r->captures, &why);
	return err ? session_refused(&r->session, &why, err) : STATUS_OK;
}

static int tell(const struct run *r)
{
	const struct options *o = &r->in->options;
	struct page_style style = terminal_style(o);
	TEXT_CLEANUP out = { 0 };
	struct blame b = { .moment = r->session.moment,
		           .sites = &r->sites.list,
		           .opened = captures_count(r->captures).opened,
		           .unfinished = r->sites.unfinished,
		           .unattributed = r->sites.unattributed,
		           .young = r->sites.young,
		           .window_ms = r->watched_ms,
		           .held_ms = r->held_ms,
		           .judgement = r->judgement,
		           .capture_ns = captures_count(r->captures).mean_ns };

	if (o->output == OUTPUT_JSON)
		blame_json(&out, &b);
	else
		blame_text(&out, &b, &style);
	int status = output_text(&out) ?: folded_write(r->folded, o->folded, &b);
	if (status != STATUS_OK)
		return status;
	session_tell_gaps(&r->session);
	if (r->sites.unfinished)
		return STATUS_FINDINGS;
	return moment_is_complete(r->session.moment) ? STATUS_OK : STATUS_INCOMPLETE;
}

static void find_standing(struct run *r, uint32_t process)
{
	struct moment *m = r->session.moment;
	const struct process *p = &m->processes.items[process];
	const struct activity *a = &p->activity;
	struct hanging h = { .pid = p->pid,
		             .start_boot_ns = p->start_boot_ns,
		             .tid = a->known && a->tid ? a->tid : p->pid,
		             .spins = a->known && a->spins && !p->stopped && !p->frozen };
	standing_list places = { 0 };
	bool came = false;

	standing_find(&h, r->captures, m->arena, &places);
	array_each (&places, place)
		came |= debuginfo_fetch(&r->debuginfo, p->pid, place->stack, r->captures);
	if (came) {
		array_free(&places);
		standing_find(&h, r->captures, m->arena, &places);
	}
	array_each (&places, place) {
		debuginfo_tell(&r->debuginfo, p->pid, place->stack);
		place->process = process;
		*array_push(&m->standings) = *place;
	}
	array_free(&places);
}

static bool is_asked_for(const struct run *r, uint32_t process)
{
	return !r->pid || r->session.moment->processes.items[process].pid == r->pid;
}

/* A process that does not get on leaves its sockets unfinished, wherever they were opened: then that is the place. */
static void judge_hanging(struct run *r)
{
	struct request request = { .about = r->filter };
	struct moment *m = r->session.moment;

	r->judgement = judge_request(m, &request);
	array_each (&r->judgement->findings, f)
		if (finding_hangs(f) && is_asked_for(r, f->subject))
			find_standing(r, f->subject);
	judgement_locate(r->judgement, m);
}

static uint32_t pid_of(const struct run *r, const struct site *site)
{
	return r->session.moment->processes.items[site->process].pid;
}

static bool fetch_missing(struct run *r)
{
	bool came = false;

	array_each (&r->sites.list, site) {
		const struct stack *const stacks[] = { site->stack, site->told, site->listened };
		for (size_t i = 0; i < ARRAY_SIZE(stacks); i++)
			came |= debuginfo_fetch(&r->debuginfo, pid_of(r, site), stacks[i], r->captures);
	}
	return came;
}

static void find_sites_once(struct run *r)
{
	sites_free(&r->sites);
	r->sites = (struct sites){ .early = &r->early, .pid = r->pid };
	sites_find(&r->sites, r->session.moment, r->captures, r->filter, r->held_ms);
}

/* What has no line is decoded again, where some server had it. */
static void find_sites(struct run *r)
{
	find_sites_once(r);
	if (fetch_missing(r))
		find_sites_once(r);
	array_each (&r->sites.list, site) {
		struct stack *const stacks[] = { site->stack, site->told, site->listened };
		for (size_t i = 0; i < ARRAY_SIZE(stacks); i++)
			debuginfo_tell(&r->debuginfo, pid_of(r, site), stacks[i]);
	}
}

int blame_run(const struct invocation *in)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	cleanup(run_free) struct run r = { .in = in, .folded = -1 };
	int status = expression_parse(in, arena, &r.filter) ?: folded_open(in->options.folded, &r.folded);

	if (status != STATUS_OK)
		return status;
	r.window_ms = in->options.window.given ? in->options.window.value : WINDOW_MS;
	r.held_ms = MIN(r.window_ms / 2, (uint64_t)HELD_MOST_MS);
	stop_on_signals();
	debuginfo_start(&r.debuginfo);
	status = open_all(&r);
	if (status != STATUS_OK)
		return status;
	status = session_look(&r.session);
	if (status != STATUS_OK)
		return status;
	r.activity = activity_begin(r.session.moment);
	interpreters_tell_running(&r.interpreters, r.captures, &r.scope, r.pid);
	captures_begin(r.captures);
	if (watch(&r)) {
		log_error("the kernel stopped telling where connections are opened");
		return STATUS_UNABLE;
	}
	activity_end(r.activity, r.session.moment);
	status = session_look(&r.session) ?: session_seen(&r.session);
	if (status != STATUS_OK)
		return status;
	narrowed_tell(in, NULL, r.session.moment);
	tell_lost(&r);
	find_sites(&r);
	restarts_find(&r.sites.list, r.session.moment, folder_state(&in->options), r.captures);
	commits_find(&r.sites.list, r.session.moment, &in->options, r.captures);
	judge_hanging(&r);
	return tell(&r);
}
