/* The moment that `check` judges and `record` keeps: two looks, and what fails and closes between them, for 2 s unless
 * told otherwise. A failed call leaves nothing behind for a look, and it is what people come with. */
#pragma once
#include "session.h"
#include "trace/hook.h"

/* Opens the session and looks twice with a window between; with --window 0 once. From now on
 * Ctrl-C ends the window, not the program. `wants`: beyond details and limits. STATUS_OK, or what session_open() and
 * session_look() return. */
int gather_moment(struct session *s, const struct options *o, unsigned wants);

/* What tests ask of the hooks; it lasts as long as the options. */
struct hook_options gather_hooks(const struct options *o);
