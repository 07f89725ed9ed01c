#include "session.h"
#include "scope.h"
#include "status.h"
#include "base/log.h"
#include "base/stop.h"
#include "source/kept/kept.h"
#include <errno.h>
#include <sys/stat.h>

static void tell(const struct gap *g)
{
	log_error("cannot see %s: %s", g->what, g->why);
	if (g->mend)
		log_hint("%s", g->mend);
}

int session_open(struct session *s, const struct options *o, unsigned wants)
{
	struct gap why = { 0 };
	int status = scope_parse(o->netns, &s->request);

	if (status != STATUS_OK)
		return status;
	s->request.wants = wants;
	s->request.force = o->source;
	s->moment = moment_new();
	int err = o->from ? kept_read(o->from, s->moment, s->moment->arena, &why)
	                  : source_open(&s->request, s->moment->arena, &s->source, &why);
	if (!err)
		return STATUS_OK;
	tell(&why);
	bool usage = o->from ? err != -ENOMEM && err != -EINTR : err == -EINVAL;
	return usage ? STATUS_USAGE : STATUS_UNABLE;
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
	int status = session_open(s, o, wants | WANT_DETAILS | WANT_LIMITS) ?: session_look(s);

	if (status != STATUS_OK || !o->window.given || o->from)
		return status;
	s->moment->window.interrupted = stop_wait_ms(o->window.value);
	return session_look(s);
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

	if (!kept_write(s->moment, path, redact, s->moment->arena, &why))
		return STATUS_OK;
	log_error("cannot keep this moment in %s: %s", path, why.why);
	if (why.mend)
		log_hint("%s", why.mend);
	return STATUS_UNABLE;
}

void session_close(struct session *s)
{
	source_close(s->source);
	moment_free(s->moment);
}
