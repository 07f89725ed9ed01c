/* From options to a moment: what every reading command does first, in one place.
 *
 *	cleanup(session_close) struct session s = { 0 };
 *	int status = session_open(&s, &in->options, 0) ?: session_look(&s);
 *	if (status != STATUS_OK)
 *		return status;
 *	… s.moment …
 */
#pragma once
#include "options.h"
#include "source/source.h"

struct session {
	struct source_request request;
	struct source *source; /* NULL: the moment is a kept one */
	struct moment *moment; /* the session's own, there after session_open() */
};

/* `wants`: enum want. STATUS_OK, STATUS_USAGE or STATUS_UNABLE; then what is missing and what mends it has
 * been said on stderr. */
int session_open(struct session *s, const struct options *o, unsigned wants);
/* Looks. A second call makes the second look of a window. */
int session_look(struct session *s);
/* Opens with details, limits and `wants`, and looks; with --window twice, after waiting for so long (or for Ctrl-C).
 * Nothing is watched meanwhile: see gather.h. The same results. */
int session_open_window(struct session *s, const struct options *o, unsigned wants);
/* What could not be seen, one line each on stderr. Nothing if all was seen. */
void session_tell_gaps(const struct session *s);
/* Is there no such file yet? STATUS_OK, or STATUS_USAGE after having said what is in the way: before a long watch. */
int session_can_keep(const char *path);
/* Writes the moment to a new file. STATUS_OK, or STATUS_UNABLE after having said why. */
int session_keep(const struct session *s, const char *path, bool redact);
void session_close(struct session *s);
