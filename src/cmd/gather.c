#include "gather.h"
#include "base/format.h"
#include "base/log.h"
#include "base/stop.h"
#include "source/activity.h"
#include "source/privilege.h"
#include "status.h"
#include "trace/events.h"
#include <errno.h>

enum { OWN_WINDOW_MS = 2000 };

/* Whoever sits and waits is told what for; a log is not. */
static void tell_wait(uint64_t ms)
{
	TEXT_CLEANUP t = { 0 };

	if (!isatty(STDERR_FILENO))
		return;
	format_duration(&t, ms);
	log_warning("watching for %s what fails and what closes (--window 0 does not; Ctrl-C judges now)", t.bytes);
}

/* Looks again after `ms`, with calls, closes and threads watched meanwhile. Ctrl-C ends the watch, not the
 * judgement. What failed is collected before the look, so that the look describes those processes, too. */
static int watch(struct session *s, const struct hook_options *hooks, uint64_t ms)
{
	cleanup(activity_cleanup) struct activity_watch *activity = NULL;
	cleanup(events_cleanup) struct events *events = NULL;
	struct gap why;
	int blind = events_open(s->moment->arena, hooks, &events, &why);

	tell_wait(ms);
	activity = activity_begin(s->moment);
	s->moment->window.interrupted = stop_wait_ms(ms);
	activity_end(activity, s->moment);
	if (!blind)
		events_collect(events, s->moment);
	int status = session_look(s);
	if (!blind)
		events_tell_hooks(events, s->moment, privilege_mend_of(-EPERM, s->moment->arena));
	else
		moment_gap(s->moment, why.what, why.why, why.mend ?: privilege_mend_of(blind, s->moment->arena));
	return status;
}

struct hook_options gather_hooks(const struct options *o)
{
	return (struct hook_options){
		.off = o->without_hook.items,
		.off_count = o->without_hook.count,
		.table_rows = (uint32_t)o->table_rows.value,
	};
}

int gather_moment(struct session *s, const struct options *o, unsigned wants)
{
	stop_on_signals();
	wants |= WANT_DETAILS | WANT_LIMITS | WANT_CROSSINGS;
	session_limit(s, o, wants);
	int status = session_open(s, o, wants) ?: session_look(s);

	if (status == STATUS_OK && !options_kept(o)) {
		uint64_t ms = o->window.given ? o->window.value : OWN_WINDOW_MS;
		struct hook_options hooks = gather_hooks(o);
		status = ms ? watch(s, &hooks, ms) : STATUS_OK;
	}
	return status ?: session_seen(s);
}
