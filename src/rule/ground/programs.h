/* Processes put together as a person names them, and what each did during the window: gathered in one pass when a
 * rule first asks.
 *
 * One program are: processes of the same unit or container, executable and name, that were started by the same
 * command (numbers in it may differ: a port, a worker's index) or by one another. Two scripts of one interpreter
 * are two programs, though they may share all but their command. */
#pragma once
#include "rule/inquiry.h"

/* Connections that left while the window was open: closed by their program, which still runs, or by the end of the
 * process that was there for this one connection. */
struct departures {
	uint64_t count;
	uint64_t ended;     /* beside them: went with a process that had many, or whose program ended with it */
	uint64_t oldest_ms; /* the oldest age at which one was seen to go; by two looks: with the window on top */
	uint64_t least_ms;  /* the same without the window: so old it was at least */
	/* From the soonest to the latest close, and how many came one right after the other: a collector closes the old
	 * and the young at once. */
	uint64_t spread_ms, burst;
	/* How long they had lain idle when the peer ended them; known of so many. */
	uint64_t idle_known, idle_low_ms, idle_high_ms;
};

/* What a process did with its sockets in the window. */
struct moves {
	uint32_t read, opened, closed;
};

struct programs;

/* Those of the judgement's moment, the judgement's own. */
const struct programs *inquiry_programs(struct inquiry *q);
void programs_free(struct programs *programs); /* NULL is fine */

/* The process that stands for all of its program. */
uint32_t program_of(const struct programs *programs, uint32_t process);
/* In CLOSE_WAIT, of what it opened itself, or (server) of what came in by a listener. PROCESS_NONE: none. */
const struct departures *program_departed(const struct programs *programs, uint32_t process, bool server);
/* The same of the minutes before the window: empty where nobody has watched for longer. */
const struct departures *program_departed_before(const struct programs *programs, uint32_t process, bool server);
/* In FIN_WAIT2: it had finished, the peer had not. */
const struct departures *program_unanswered(const struct programs *programs, uint32_t process);
const struct moves *process_moves(const struct programs *programs, uint32_t process);
static inline bool process_moved(const struct moves *moves)
{
	return moves->read || moves->opened || moves->closed;
}

/* Connections that this program opened to `peer` while watched, and still has. */
int64_t program_opened(const struct programs *programs, uint32_t process, uint32_t netns, const struct endpoint *peer);
/* How many more connections this program has to `peer` than at the first look: opened less closed. */
int64_t program_gained(const struct programs *programs, uint32_t process, uint32_t netns, const struct endpoint *peer);

/* Its command line, numbers taken out. */
const char *program_command(struct arena *arena, const struct process *p);
/* unit, else executable, else name: what a person calls it. */
const char *program_name(const struct process *p);
