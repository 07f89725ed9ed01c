/* What became of connections, counted by program and end: how many it opens, closes, and leaves unfinished. */
#pragma once
#include "event.h"

/* Its process and its namespace are those of a moment that goes with it. */
struct turnover {
	uint32_t process;    /* index into the moment's processes; PROCESS_NONE: of programs that found no row */
	uint32_t netns;      /* NETNS_UNKNOWN: of several */
	struct endpoint end; /* a client's peer, a server's own port; port 0: of several ends */
	uint8_t role;
	uint64_t opened, accepted;
	uint64_t fins;         /* the peer has finished first */
	uint64_t closed;       /* the last descriptor is gone */
	uint64_t closed_first; /* of them, before the peer had finished */
	uint64_t finished;     /* of `closed`, after one of `fins` */
	uint64_t reset, failed;
	uint64_t left_now;       /* held, though the peer has finished */
	uint64_t time_waits_now; /* closed, the kernel keeps the 4-tuple for 60 s */
};
typedef ARRAY(struct turnover) turnover_list;

/* Of those that the peer has finished meanwhile, not closed. */
static inline uint64_t turnover_left(const struct turnover *t)
{
	return t->fins > t->finished ? t->fins - t->finished : 0;
}

/* The end that a connection counts for: a server's own port, with no address; else the peer. */
struct endpoint turnover_end(uint8_t role, const struct endpoint *local, const struct endpoint *peer);
/* Counts one event for the program that opened or accepted its connection, else for the one that did it. */
void turnover_take(turnover_list *rows, const struct event *e);
/* Adds each row to the one of its program and end; `to` is sorted then. Both of the same moment. */
void turnover_add(turnover_list *to, const turnover_list *more);
/* Leaves so many rows, the most telling ones, and puts the others into one of no program. */
void turnover_fold(turnover_list *rows, size_t most);
/* They are of another moment from now on, and sorted. */
void turnover_move(turnover_list *rows, struct moment *to, const struct moment *from);
/* What has been added to each row since `before`, which may lack rows. Both lists must be of the same moment; `now` is
 * sorted by it, and rows of nothing are left out. */
void turnover_difference(turnover_list *now, const turnover_list *before, turnover_list *ret);
/* Sorts: who leaves most is first, then who is busiest. */
void turnover_order(turnover_list *rows);
