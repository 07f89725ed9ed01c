/* The connections that live now: begun from a look, kept up by events, and set right by a fresh look after any loss.
 * Nothing leaves it by a time limit: a connection leaves it when the kernel destroys it, or when a look does not show
 * it. Who opened or accepted a connection stays known by its cookie, also while only its TIME-WAIT is left. */
#pragma once
#include "model/event.h"
#include "model/filter/filter.h"
#include "model/turnover.h"

struct live;

/* `names` has the processes of its rows, and gets those of looks; it stays the caller's. `events_only`: looks show more
 * than what is watched, so that they add nothing. */
struct live *live_new(struct moment *names, const struct filter *filter, bool events_only);
void live_free(struct live *l); /* NULL is fine */

/* One that does not match what is watched adds no connection; to one that is there it happens all the same. */
void live_take(struct live *l, const struct event *e, bool matches);
/* Replaces what it knows by what the look shows. Events that came before the look must have been taken; those that come
 * while it is taken, afterwards. */
void live_repair(struct live *l, const struct moment *look);
/* The processes of its rows are named in another moment from now on. */
void live_move(struct live *l, struct moment *names);
/* Connections that the look shows and the table has not, and the other way round: while nothing happens, 0 and 0. */
void live_compare(const struct live *l, const struct moment *look, uint64_t *ret_missing, uint64_t *ret_ghosts);
size_t live_count(const struct live *l);
/* Rows that only a look can drop: what is left of them may be a TIME-WAIT. */
size_t live_count_ended(const struct live *l);
/* Has any been closed that the kernel has not destroyed yet, as far as was seen? It may linger, or its end was missed.
 */
bool live_has_closed(const struct live *l);
/* Into each row of its program and end: what it has not closed though the peer has finished, and its TIME-WAITs, as far
 * as it was seen opening them. Ends without a row get one. */
void live_fill(const struct live *l, turnover_list *rows);
