/* The peer has finished and said so (FIN); the owner holds the descriptor and will not close it. Whether that is so, or
 * slow work, or not known yet, is decided in ground/fate.c; here it is told.
 *
 * A relay that waits for its other side is told here as well, as an effect: what it waits for is in waits_for. */
#include "rule/ground/budgets.h"
#include "rule/ground/fate.h"
#include "rule/ground/hang.h"
#include "rule/ground/listeners.h"
#include "rule/ground/steps.h"
#include "rule/ground/texts.h"
#include "rule/ground/time_limits.h"
#include "rule/ground/waits.h"
#include "rule/rule.h"
#include "model/reclaim.h"

enum { BORN_WITH_MS = 2000, JUST_STARTED_MS = 120000 };

static void tell_unread(struct inquiry *q, const struct ages *a, struct finding *f)
{
	if (a->data_unread)
		finding_evidence(q, f, "the program has not read all the data on %s of them",
		                 count_text(q, a->data_unread));
	if (a->eof_unread)
		finding_evidence(q, f, "the program has not read the end of data (EOF) on %s of them",
		                 count_text(q, a->eof_unread));
	if (!a->data_unread && !a->eof_unread && !a->eof_untold)
		finding_evidence(q, f, "the program has read everything, EOF included");
}

static void tell_closes(struct inquiry *q, const struct fate *fate, struct finding *f)
{
	const struct close_wait *c = &fate->facts;
	const char *watched = duration_text(q, q->moment->window.ms);
	struct closed closed = close_wait_closed(c);

	if (fate->older_than_ms)
		finding_evidence(
		        q, f,
		        "it closed %s others during the %s watch, none older than %s; these are more than %d times as "
		        "old",
		        count_text(q, closed.count), duration_text(q, close_wait_watched_ms(q->moment)),
		        duration_text(q, closed.oldest_ms), CLOSE_TIMES);
	else if (c->closed.count)
		finding_evidence(q, f, "%s were closed during the %s watch, old and young together: by a collector",
		                 count_text(q, c->closed.count), watched);
	else if (q->moment->window.ms && !c->arrived)
		finding_evidence(q, f, "none closed and none arrived during the %s watch", watched);
	else if (q->moment->window.ms)
		finding_evidence(q, f, "none closed and %s arrived during the %s watch", count_text(q, c->arrived),
		                 watched);
	if (c->closed.ended)
		finding_evidence(q, f, "%s others went when the process that held them ended",
		                 count_text(q, c->closed.ended));
}

/* Where probes have moved the stamps, and nothing tells how long the peers waited, the end came between two times. */
static const char *since_text(struct inquiry *q, const struct close_wait *c, const struct finding *f)
{
	bool bounded = c->assumed_ms == AGE_NOT_ASSUMED && f->oldest_known && f->oldest_max_ms != UINT64_MAX;
	uint64_t oldest_ms = bounded ? MAX(c->ages.oldest_ms, f->oldest_max_ms) : c->ages.oldest_ms;

	return c->ages.known ? range_text(q, c->ages.youngest_ms, oldest_ms) : "an unknown time";
}

static void tell_proof(struct inquiry *q, const struct fate *fate, struct finding *f)
{
	const struct close_wait *c = &fate->facts;

	if (c->ages.known || c->dead < c->sockets)
		finding_evidence(q, f, "%s sent FIN %s ago; the program still holds the %s",
		                 c->sockets == 1 ? "the peer" : "peers", since_text(q, c, f),
		                 c->sockets == 1 ? "descriptor" : "descriptors");
	tell_closes(q, fate, f);
	if (close_wait_passes_over_idle(c))
		finding_evidence(
		        q, f,
		        "it opened new ones while others to the same place lay idle and open: a pool would have "
		        "used those again");
	if (c->dead)
		finding_evidence(
		        q, f,
		        "%s %s dead by now (reset by the peer, given up by keepalive, or destroyed from outside), and "
		        "held all the same",
		        count_text(q, c->dead), is_are(c->dead));
	tell_unread(q, &c->ages, f);
	if (c->patience_known && c->patience_median_ms < SAME_MS)
		finding_evidence(q, f, "the peers closed right after their last data");
	else if (c->patience_known)
		finding_evidence(q, f, "the peers closed %s after their last data (median)",
		                 duration_text(q, c->patience_median_ms));
}

static bool may_be(const struct finding *f, const char *id)
{
	array_each (&f->alternatives, a)
		if (a->id && streq(a->id, id))
			return true;
	return false;
}

static void exclude_slow_handler(struct inquiry *q, const struct fate *fate, struct finding *f)
{
	const struct close_wait *c = &fate->facts;

	if (fate->older_than_ms)
		finding_excludes(q, f, "slow-handler", "what it closes, it closes within %s",
		                 duration_text(q, close_wait_closed(c).oldest_ms));
	else if (c->dead == c->sockets)
		finding_excludes(q, f, "slow-handler", "the connections are dead: there is nothing left to do");
	else if (close_wait_done_with(c) || close_wait_collected(c))
		finding_excludes(q, f, "slow-handler",
		                 c->clients ? "it has read its answers: there is nothing left to do but close"
		                            : "it has answered what it was asked: there is nothing left to do");
	else if (c->ages.oldest_ms > LONG_WORK_MS)
		finding_excludes(q, f, "slow-handler", "no close was seen, and the oldest has waited for %s",
		                 duration_text(q, c->ages.oldest_ms));
}

static void tell_excluded(struct inquiry *q, const struct fate *fate, struct finding *f)
{
	const struct moment *m = q->moment;

	finding_excludes(q, f, "accept-queue", "every one has a descriptor");
	if (hang_of(q, f->subject) == HANG_NO)
		finding_excludes(
		        q, f, "hung-owner", "the process is not stopped%s",
		        m->processes.items[f->subject].activity.known ? ", and its threads run or wait for work" : "");
	else
		finding_or_else(f, "hung-owner", "it did nothing in the short time watched", longer_watch(q, 0));
	if (!may_be(f, "slow-handler")) /* excluded is what no alternative names */
		exclude_slow_handler(q, fate, f);
	if (m->window.ms && !fate->facts.progressed)
		finding_excludes(q, f, "half-closed", "no data of ours was acknowledged meanwhile");
}

/* A restart gives everything back, and is honest about it: the leak begins anew, and how soon shows where it has just
 * been tried. */
static void advise_new_start(struct inquiry *q, const struct fate *fate, struct finding *f)
{
	const char *effect = "that frees all it holds, but the leak will return";

	if (fate->facts.lifetime_ms && fate->facts.lifetime_ms < JUST_STARTED_MS)
		effect = arena_printf(q->arena, "%s (it was started only %s ago)", effect,
		                      duration_text(q, fate->facts.lifetime_ms));
	advise_restart(q, f, f->subject, effect);
}

/* A client's ports come back at once; its descriptors do not, and a server's connections hold no port. `unfin reclaim`
 * takes what has been finished for a minute, and a hundred at a time, unless it is told otherwise. */
static void advise_reclaim(struct inquiry *q, const struct fate *fate, struct finding *f)
{
	const struct moment *m = q->moment;
	const struct netns *n = f->netns < m->netns.count ? &m->netns.items[f->netns] : NULL;
	uint64_t oldest_ms = fate->facts.ages.oldest_ms;
	TEXT_CLEANUP command = { 0 };

	if (!n || !fate->facts.clients || fate->facts.dead == f->count)
		return;
	text_printf(&command, "unfin reclaim 'pid == %u'", m->processes.items[f->subject].pid);
	if (f->count > RECLAIM_LIMIT)
		text_printf(&command, " --limit %zu", f->count);
	if (!n->self)
		text_printf(&command, " --netns %llu", (unsigned long long)n->inode);
	const char *when =
	        oldest_ms < RECLAIM_MIN_AGE_MS
	                ? arena_printf(q->arena, " (in %s)", duration_text(q, RECLAIM_MIN_AGE_MS - oldest_ms))
	                : "";
	finding_now(f,
	            arena_printf(q->arena, "or free ports, not descriptors, of those finished over %u s ago%s; dry run",
	                         (unsigned)(RECLAIM_MIN_AGE_MS / MS_PER_S), when),
	            arena_strdup(q->arena, command.bytes));
	finding_now(f, "for real", arena_printf(q->arena, "%s --apply", command.bytes));
}

static void never_closed_advise(struct inquiry *q, const struct fate *fate, struct finding *f)
{
	const struct close_wait *c = &fate->facts;

	if (f->confidence > CONFIDENCE_POSSIBLE) {
		finding_for_good(f, "close the connection on every path, errors included, where the program opens it",
		                 NULL);
		advise_new_start(q, fate, f);
		advise_reclaim(q, fate, f);
	} else {
		finding_now(f, "find out first which of the two it is", f->alternatives.items[0].settled_by);
	}
	/* The dead ones are in another state; ask for the one where all are. */
	const char *state = c->dead == f->count ? "state == close"
	                    : c->dead           ? "(state == close-wait or state == close)"
	                                        : "state == close-wait";
	finding_more(f, "see them",
	             arena_printf(q->arena, "unfin list '%s and pid == %u'", state,
	                          q->moment->processes.items[f->subject].pid));
	finding_more(f, "the line of code that opens them, and its commit",
	             arena_printf(q->arena, "unfin blame --pid %u", q->moment->processes.items[f->subject].pid));
	finding_more(f, "what it means, and the fix in your language", "unfin explain never-closed");
}

/* Accepted by a program that has the listener, and held by another: handed over, on purpose or not. */
static bool was_handed_over(struct inquiry *q, const struct suspects *g, const struct finding *f)
{
	const struct moment *m = q->moment;
	const struct programs *programs = inquiry_programs(q);
	uint32_t at = g->end_is_listener ? listener_at(q, g->netns, &g->end) : SOCKET_NONE;

	if (at == SOCKET_NONE || m->sockets.items[at].first_holder == HOLDER_NONE)
		return false;
	moment_each_holder (m, &m->sockets.items[at], h)
		if (program_of(programs, h->process) == program_of(programs, f->subject))
			return false;
	return true;
}

static bool has_one_socket(const struct moment *m, const struct finding *f, uint32_t process)
{
	size_t count = 0;

	array_each (&f->sockets, s)
		moment_each_holder (m, &m->sockets.items[*s], h)
			count += h->process == process;
	return count == 1;
}

/* Its holder began with the connection: within a moment of all that the socket remembers. */
static bool is_born_with(const struct moment *m, const struct socket *s)
{
	uint64_t lived_ms = moment_lived_ms(m, moment_holder(m, s->first_holder)->process);

	if (!lived_ms || !socket_has(s, SOCKET_TIMES_KNOWN))
		return false;
	uint64_t began_ms = MAX(MAX(s->since_data_ms, s->since_sent_ms), s->since_ack_ms);
	return lived_ms <= began_ms + BORN_WITH_MS && began_ms <= lived_ms + BORN_WITH_MS;
}

/* A process for each connection, begun with it by one parent: opened by the child, or by the parent and handed down?
 * What the socket remembers is the same. */
static bool may_be_handed_down(const struct moment *m, const struct suspects *g, const struct finding *f)
{
	uint32_t parent = m->processes.items[f->subject].ppid;

	if (g->end_is_listener)
		return false;
	array_each (&f->sockets, s) {
		const struct socket *socket = &m->sockets.items[*s];
		if (moment_owner(m, socket)->ppid != parent || !is_born_with(m, socket) ||
		    !has_one_socket(m, f, moment_holder(m, socket->first_holder)->process))
			return false;
	}
	return f->count > 1;
}

/* What the threads wait for takes a watch to see. */
static bool may_be_unserved(const struct inquiry *q, const struct suspects *g, const struct close_wait *c)
{
	return !q->moment->window.ms && g->end_is_listener && c->unread * 10 >= c->sockets * 9;
}

static void tell_open(struct inquiry *q, const struct suspects *g, const struct fate *fate, struct finding *f)
{
	const struct close_wait *c = &fate->facts;

	if (c->dead == c->sockets)
		finding_or_else(f, c->clients == c->sockets ? "stale-pool" : NULL,
		                "what its peers have reset, it may let go when it uses it next, as a pool does",
		                longer_watch(q, 0));
	else
		finding_or_else(
		        f, "slow-handler",
		        arena_printf(q->arena,
		                     "work that takes longer than %s would look the same; ages alone tell in %s",
		                     duration_text(q, c->ages.oldest_ms), duration_text(q, fate->known_in_ms)),
		        longer_watch(q, fate->known_in_ms));
	if (may_be_unserved(q, g, c))
		finding_or_else(f, "not-served", "nobody has read what they asked: all workers may wait for others",
		                longer_watch(q, 0));
}

static void tell_alternatives(struct inquiry *q, const struct suspects *g, const struct fate *fate, struct finding *f)
{
	const struct process *p = &q->moment->processes.items[f->subject];
	bool accepted_elsewhere = was_handed_over(q, g, f);

	if (fate->kind == FATE_OPEN)
		tell_open(q, g, fate, f);
	if (fate->may_be_pool && fate->facts.clients) /* what was accepted is in no pool */
		finding_or_else(f, "stale-pool", "a pool that still fills: more at once than it has now",
		                longer_watch(q, 0));
	if (!accepted_elsewhere && !may_be_handed_down(q->moment, g, f))
		return;
	f->confidence = CONFIDENCE_POSSIBLE;
	finding_or_else(f, "inherited-fd",
	                accepted_elsewhere
	                        ? "another program has the listener, and may have started this one"
	                        : "each holder began with its connection: its parent may have opened it, and "
	                          "handed it down",
	                arena_printf(q->arena, "ps -o pid,ppid,lstart,args -p %u,%u", p->pid, p->ppid));
}

/* The other half of a relay, where that is another program. */
static const char *other_half_text(struct inquiry *q, const struct finding *f)
{
	const struct programs *programs = inquiry_programs(q);
	const struct moment *m = q->moment;
	uint32_t half = moment_holder(m, m->sockets.items[f->waits_for.items[0]].first_holder)->process;

	if (program_of(programs, half) == program_of(programs, f->subject))
		return "";
	return arena_printf(q->arena, " by way of %s", process_text(q, half));
}

/* It is not at fault, and says so: what it waits for is where to look. */
static void tell_relay(struct inquiry *q, const struct fate *fate, struct finding *f)
{
	f->title = "cannot close yet: it passes connections on, and the other side has not finished";
	f->confidence = CONFIDENCE_LIKELY;
	finding_waits(f, &fate->waits_for);
	finding_evidence(
	        q, f,
	        "for %s of its %s finished connections it has passed the end on%s, at the same moment, and waits for "
	        "the other side's FIN (FIN-WAIT-2)",
	        count_text(q, f->waits_for.count), count_text(q, f->count), other_half_text(q, f));
	finding_or_else(f, "half-closed", "the other side still works on its answer", longer_watch(q, LONG_WORK_MS));
	finding_now(f, "find out why the other side does not finish; this program closes when that one does", NULL);
	f->eta_why = "it follows its other side";
	budgets_add(q, f);
}

/* It holds one for each of its clients, and may wait for these to end: then they are where to look. */
static void tell_clients(struct inquiry *q, const struct fate *fate, struct finding *f)
{
	uint32_t pid = q->moment->processes.items[f->subject].pid;

	f->confidence = CONFIDENCE_POSSIBLE;
	finding_waits(f, &fate->waits_for);
	tell_proof(q, fate, f);
	finding_evidence(q, f,
	                 "for %s of its %s finished connections it has a client, to whom it sent its last at the same "
	                 "moment, and who is silent since",
	                 count_text(q, f->waits_for.count), count_text(q, f->count));
	finding_or_else(
	        f, NULL,
	        "a relay that has passed the end on in a protocol of its own (TLS) waits for these clients: it "
	        "closes when they do",
	        arena_printf(q->arena, "unfin list 'pid == %u and role == server and state == established'", pid));
	never_closed_advise(q, fate, f);
	f->eta_why = "it may follow its clients";
	budgets_add(q, f);
}

static bool never_closed_check(struct inquiry *q, const struct suspects *g, struct finding *f)
{
	const struct fate *fate = fate_of(q, g);

	if (fate->kind == FATE_RELAYED && fate->relay == RELAY_ENDS) {
		tell_relay(q, fate, f);
		return true;
	}
	if (fate->kind == FATE_RELAYED && fate->relay == RELAY_CLIENTS) {
		tell_clients(q, fate, f);
		return true;
	}
	if (fate->kind != FATE_LEAKED && fate->kind != FATE_OPEN)
		return false;
	if (fate->older_than_ms)
		close_wait_keep_older(q, &fate->facts, f, fate->older_than_ms);
	f->confidence = fate->sure ? CONFIDENCE_LIKELY : CONFIDENCE_POSSIBLE;
	if (fate->facts.dead < f->count) /* a dead one's state is CLOSE */
		f->title = "does not close connections that the peer has finished (CLOSE-WAIT)";
	tell_alternatives(q, g, fate, f);
	tell_proof(q, fate, f);
	if (fate->kind == FATE_OPEN)
		waits_explain(q, f);
	tell_excluded(q, fate, f);
	never_closed_advise(q, fate, f);
	budgets_add(q, f);
	fate_grow(q, fate, f);
	return true;
}

const struct rule rule_never_closed = {
	.id = "never-closed",
	.title = "does not close connections that the peer has finished",
	.where = FATE_WHERE,
	.suspect = fate_suspect,
	.per = PER_OWNER_END,
	.check = never_closed_check,
};
