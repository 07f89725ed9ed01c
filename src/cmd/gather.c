#include "gather.h"
#include "base/stop.h"
#include "rule/ground/budgets.h"
#include "source/activity.h"
#include "status.h"
#include "trace/events.h"

enum { OWN_WINDOW_MS = 2000 };

/* Looks again after `ms`, with calls, closes and threads watched meanwhile. Ctrl-C ends the watch, not the
 * judgement. What failed is collected before the look, so that the look describes those processes, too. */
static int watch(struct session *s, uint64_t ms)
{
	cleanup(activity_cleanup) struct activity_watch *activity = NULL;
	cleanup(events_cleanup) struct events *events = NULL;
	struct gap why;
	int blind = events_open(s->moment->arena, &events, &why);

	activity = activity_begin(s->moment);
	s->moment->window.interrupted = stop_wait_ms(ms);
	activity_end(activity, s->moment);
	if (!blind)
		events_collect(events, s->moment);
	int status = session_look(s);
	if (blind)
		moment_gap(s->moment, why.what, why.why, why.mend);
	return status;
}

static bool wants_window(const struct moment *m)
{
	cleanup(judgement_cleanup) struct judgement *first = judge(m);

	return first->findings.count || budgets_nearly_used(m);
}

int gather_moment(struct session *s, const struct options *o, unsigned wants)
{
	stop_on_signals();
	int status = session_open(s, o, wants | WANT_DETAILS | WANT_LIMITS | WANT_CROSSINGS);

	if (status == STATUS_OK)
		status = session_look(s);
	if (status != STATUS_OK || o->from)
		return status;
	uint64_t ms = o->window.given ? o->window.value : wants_window(s->moment) ? OWN_WINDOW_MS : 0;
	return ms ? watch(s, ms) : STATUS_OK;
}
