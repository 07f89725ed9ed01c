/* The moment that `check` judges and `record` keeps. If the first look gives any finding, or a budget is nearly
 * used, it goes on watching for a short while by itself: a failed call leaves nothing behind for a look. */
#pragma once
#include "session.h"

/* Opens the session and looks: once, or twice with a window between (--window, or one of its own). From now on
 * Ctrl-C ends the window, not the program. `wants`: beyond details and limits. STATUS_OK, or what session_open() and
 * session_look() return. */
int gather_moment(struct session *s, const struct options *o, unsigned wants);
