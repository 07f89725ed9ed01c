/* Which sockets are the two ends of a connection that is translated between them, by conntrack's own table. */
#pragma once
#include "survey.h"

/* Fills the moment's crossings, of each namespace in scope that tracks connections. What could not be read is no gap,
 * for nothing is said to be missing then: see `tracks_unread`. After the sockets. */
void crossings_read(struct survey *v);
