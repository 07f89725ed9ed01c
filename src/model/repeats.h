/* Events that are like others before them, for a reader who can take in a few lines a second: the first of a kind is
 * shown at once; those that follow it are counted, and the last of them is shown with their number when a second is
 * over, then after 2 s, 4 s, 8 s, for as long as they go on. Alike are events of one kind, of one program (by name), at
 * one end, with one error. */
#pragma once
#include "event.h"

struct repeat {
	struct event last;
	uint64_t count;   /* since it was last shown */
	bool several;     /* processes did them */
	uint64_t due_ms;  /* of the clock that repeats_take() is given */
	uint64_t wait_ms; /* from one showing to the next */
};
typedef ARRAY(struct repeat) repeats;

/* True: it is the first of its kind, to be shown now. */
bool repeats_take(repeats *r, const struct moment *names, const struct event *e, uint64_t now_ms);
/* The next one whose time is over, and that has anything to show; false: none is left. `all`: whatever its time. */
bool repeats_next(repeats *r, uint64_t now_ms, bool all, struct repeat *ret);
/* Their events are of another moment from now on. */
void repeats_move(repeats *r, struct moment *to, const struct moment *from);
