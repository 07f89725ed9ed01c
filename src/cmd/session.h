/* From options to a moment: what every reading command does first, in one place.
 *
 *	cleanup(session_close) struct session s = { 0 };
 *	session_limit(&s, &in->options, 0);
 *	int status = session_open(&s, &in->options, 0) ?: session_look(&s) ?: session_seen(&s);
 *	if (status != STATUS_OK)
 *		return status;
 *	… s.moment …
 */
#pragma once
#include "options.h"
#include "power/power.h"
#include "source/source.h"

struct session {
	struct source_request request;
	struct fleet_key fleet_key; /* request.fleet_key, where a file was named */
	struct source *source;      /* NULL: the moment is a kept one */
	struct moment *moment;      /* the session's own, there after session_open() */
	const char *from;           /* the file of a kept one */
	struct text image;          /* its bytes, until session_seen() */
	unsigned later; /* enum power: what is needed still when the last look is over; set before it is opened */
};

/* Gives up the power that a session of these options does not need; then nothing can be opened that needs more. */
void session_limit(const struct session *s, const struct options *o, unsigned wants);
/* `wants`: enum want. STATUS_OK, STATUS_USAGE or STATUS_UNABLE; then what is missing and what mends it has
 * been said on stderr. */
int session_open(struct session *s, const struct options *o, unsigned wants);
/* Reads the file of --fleet-key, if one was named. One that cannot be used is a mistake: without it, ends would be
 * unknown, and nobody would know why. `ret` must live as long as the request. STATUS_OK or STATUS_USAGE, told. */
int session_fleet_key(const struct options *o, struct fleet_key *ret, struct source_request *request);
/* Looks. A second call makes the second look of a window. */
int session_look(struct session *s);
/* The last look is over: gives up all power but `later`, and only then reads what is in a kept file. The same results.
 */
int session_seen(struct session *s);
/* Limits, opens with details, limits and `wants`, looks, and is done with looking; with --window twice, after waiting
 * for so long (or for Ctrl-C). Nothing is watched meanwhile: see gather.h. The same results. */
int session_open_window(struct session *s, const struct options *o, unsigned wants);
/* What could not be seen, one line each on stderr. Nothing if all was seen. */
void session_tell_gaps(const struct session *s);
/* Is there no such file yet? STATUS_OK, or STATUS_USAGE after having said what is in the way: before a long watch. */
int session_can_keep(const char *path);
/* Writes the moment to a new file. STATUS_OK, or STATUS_UNABLE after having said why. */
int session_keep(const struct session *s, const char *path, bool redact);
/* What follows events could not be had, for `err`: says so, and which right would help. STATUS_UNABLE. */
int session_refused(const struct session *s, const struct gap *why, int err);
void session_close(struct session *s);
