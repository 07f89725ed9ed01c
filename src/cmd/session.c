#include "session.h"
#include "folders.h"
#include "scope.h"
#include "status.h"
#include "when.h"
#include "base/clock.h"
#include "base/format.h"
#include "base/log.h"
#include "base/stop.h"
#include "base/words.h"
#include "history/history.h"
#include "model/secrets.h"
#include "source/fleet_key.h"
#include "source/kept/kept.h"
#include "source/privilege.h"
#include <errno.h>
#include <sys/stat.h>

static void gap_log(const char *doing, const struct gap *g)
{
	log_error("cannot %s %s: %s", doing, g->what, g->why);
	if (g->mend)
		log_hint("%s", g->mend);
}

int session_refused(const struct session *s, const struct gap *why, int err)
{
	struct gap told = *why;

	told.mend = why->mend ?: privilege_mend_of(err, s->moment->arena);
	gap_log(s->from ? "open" : "see", &told);
	return STATUS_UNABLE;
}

/* Without the module nothing is tracked. */
static bool host_may_track(void)
{
	return !access("/proc/sys/net/netfilter/nf_conntrack_count", F_OK);
}

static unsigned needs_of(const struct session *s, const struct options *o, unsigned wants)
{
	const unsigned tables = WANT_TRANSLATIONS | WANT_LOST_TRANSLATIONS | WANT_CROSSINGS;
	const char *netns = o->netns ?: getenv("UNFIN_NETNS");
	bool self = netns && word_equal(netns, "self");

	if (options_kept(o))
		return POWER_OPEN | POWER_FOREIGN | s->later;
	return POWER_LOOK | s->later | (self && !(wants & WANT_LIMITS) ? 0 : POWER_ENTER) |
	       ((wants & tables && host_may_track()) || o->probe ? POWER_TRACK : 0);
}

void session_limit(const struct session *s, const struct options *o, unsigned wants)
{
	power_limit(needs_of(s, o, wants));
}

static int session_load(struct session *s, const char *path, struct gap *ret_why)
{
	s->from = path;
	power_raise();
	int err = kept_load(path, &s->image, s->moment->arena, ret_why);
	power_lower();
	return err;
}

/* How far off it is: a moment is kept when something begins, and every 10 minutes. */
static void tell_nearest(uint64_t asked_ms, uint64_t at_ms)
{
	TEXT_CLEANUP t = { 0 };

	format_rfc3339(&t, at_ms);
	text_add(&t, ", ");
	format_duration(&t, asked_ms > at_ms ? asked_ms - at_ms : at_ms - asked_ms);
	log_warning("the kept moment nearest to that time is of %s %s", t.bytes, at_ms > asked_ms ? "later" : "before");
}

static int session_load_at(struct session *s, const struct options *o, uint64_t asked_ms, struct gap *ret_why)
{
	struct arena *arena = s->moment->arena;
	uint64_t at_ms = 0;
	TEXT_CLEANUP t = { 0 };

	power_raise();
	int err = history_moment(folder_state(o), asked_ms, &at_ms, &s->image, arena, ret_why);
	power_lower();
	if (err)
		return err;
	format_rfc3339(&t, at_ms);
	s->from = arena_printf(arena, "%s of %s", folder_state(o), t.bytes);
	tell_nearest(asked_ms, at_ms);
	return 0;
}

static int open_at(struct session *s, const struct options *o)
{
	struct gap why = { 0 };
	uint64_t asked_ms;
	int status = when_option("at", o->at, clock_unix_ms(), &asked_ms);

	if (status == STATUS_OK && o->from) {
		log_error("--from and --at are two moments: one can be shown");
		return STATUS_USAGE;
	}
	if (status != STATUS_OK || !session_load_at(s, o, asked_ms, &why))
		return status;
	gap_log("see", &why);
	return STATUS_UNABLE;
}

static int tell_kept(const struct gap *why, int err)
{
	gap_log("open", why);
	return err == -ENOMEM || err == -EINTR ? STATUS_UNABLE : STATUS_USAGE;
}

int session_fleet_key(const struct options *o, struct fleet_key *ret, struct source_request *request)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct gap why = { 0 };
	int err = o->fleet_key ? fleet_key_read(o->fleet_key, ret, arena, &why) : 0;

	request->fleet_key = o->fleet_key && !err ? ret : NULL;
	if (!err)
		return STATUS_OK;
	log_error("%s: %s", why.what, why.why);
	if (why.mend)
		log_hint("%s", why.mend);
	return STATUS_USAGE;
}

int session_open(struct session *s, const struct options *o, unsigned wants)
{
	struct gap why = { 0 };
	int status = scope_parse(o->netns, &s->request);

	if (status != STATUS_OK)
		return status;
	s->request.wants = wants | (o->show_args ? WANT_ARGUMENTS : 0);
	s->request.force = o->source;
	s->moment = moment_new();
	status = options_kept(o) ? STATUS_OK : session_fleet_key(o, &s->fleet_key, &s->request);
	if (status != STATUS_OK)
		return status;
	if (o->at)
		return open_at(s, o);
	int err =
	        o->from ? session_load(s, o->from, &why) : source_open(&s->request, s->moment->arena, &s->source, &why);
	if (!err)
		return STATUS_OK;
	if (o->from)
		return tell_kept(&why, err);
	gap_log("see", &why);
	return err == -EINVAL ? STATUS_USAGE : STATUS_UNABLE;
}

int session_seen(struct session *s)
{
	struct gap why = { 0 };

	power_limit(s->later);
	int err = s->from ? kept_parse(s->from, &s->image, s->moment, s->moment->arena, &why) : 0;
	text_free(&s->image);
	if (err)
		return tell_kept(&why, err);
	if (!(s->request.wants & WANT_ARGUMENTS))
		secrets_mask_moment(s->moment); /* those of a kept one, and of processes that were only seen failing */
	return STATUS_OK;
}

int session_look(struct session *s)
{
	int err = s->source ? source_look(s->source, s->moment) : 0; /* a kept moment is there already */

	if (err) {
		log_error("looking at the sockets failed: %s", strerror(-err));
		return STATUS_UNABLE;
	}
	return STATUS_OK;
}

int session_open_window(struct session *s, const struct options *o, unsigned wants)
{
	stop_on_signals();
	wants |= WANT_DETAILS | WANT_LIMITS;
	session_limit(s, o, wants);
	int status = session_open(s, o, wants) ?: session_look(s);

	if (status == STATUS_OK && o->window.given && !options_kept(o)) {
		s->moment->window.interrupted = stop_wait_ms(o->window.value);
		status = session_look(s);
	}
	return status ?: session_seen(s);
}

void session_tell_gaps(const struct session *s)
{
	array_each (&s->moment->coverage.gaps, g) {
		log_warning("not seen: %s: %s", g->what, g->why);
		if (g->mend)
			log_hint("%s", g->mend);
	}
}

int session_can_keep(const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		return STATUS_OK;
	if (S_ISDIR(st.st_mode))
		log_error("%s is a directory: name the file to write in it", path);
	else
		log_error("%s is there already, and is never written over: choose another name, or remove it", path);
	return STATUS_USAGE;
}

int session_keep(const struct session *s, const char *path, bool redact)
{
	struct gap why;

	power_raise();
	int err = kept_write(s->moment, path, redact, s->moment->arena, &why);
	power_lower();
	if (!err)
		return STATUS_OK;
	log_error("cannot keep this moment in %s: %s", path, why.why);
	if (why.mend)
		log_hint("%s", why.mend);
	return STATUS_UNABLE;
}

void session_close(struct session *s)
{
	source_close(s->source);
	text_free(&s->image);
	moment_free(s->moment);
}
