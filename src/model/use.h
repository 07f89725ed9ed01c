/* Connections of a command that is watched, and which of them outlive their use: the peer has finished, and the program
 * keeps the descriptor. At the end of a process the kernel closes all that is left, so that a leak in a test that has
 * ended shows in no look: it shows in who closed it, and when. A function of events and looks; see `unfin guard`. */
#pragma once
#include "event.h"

enum {
	USE_GRACE_MS = 100, /* kept no longer than this after the peer has finished: nobody's fault */
	/* Runtimes that tidy up close all themselves just before their process ends (CPython, Perl, Ruby): what was
	 * closed so shortly before is closed by that end. */
	USE_ENDING_MS = 250,
};

/* Worst last. */
enum outlived {
	OUTLIVED_NOT,
	OUTLIVED_PROCESS, /* the end of its process has closed it */
	OUTLIVED_AGE,     /* it was kept for longer than may be */
	OUTLIVED_COMMAND, /* the command has ended, and it is still held */
	OUTLIVED_OPENER,  /* not finished: but who opened it has ended, and others hold it still */
};

struct stack;

struct use {
	uint64_t cookie;
	struct event last;         /* what was seen of it last */
	uint64_t seen_unix_ms;     /* first */
	uint64_t finished_unix_ms; /* when the peer had finished; 0: it has not */
	uint64_t closed_unix_ms;   /* 0: it is held */
	uint64_t held_ms;          /* so long after the peer had finished; until it was closed, or until now */
	uint32_t opener, holder;   /* indexes into the names' processes; who closed it, or holds it now. PROCESS_NONE */
	uint8_t outlived;          /* enum outlived */
	bool accepted;
	bool read;              /* the program was told of the end (EOF), or it is not known */
	struct stack *stack;    /* where it was opened; NULL: not asked for yet. Not owned */
	struct stack *listened; /* of what was accepted: where its listener was set up; likewise */
};

struct uses {
	ARRAY(struct use) rows;
	struct index index; /* by cookie */
	uint64_t max_age_ms, passed_unix_ms;
	uint64_t opened; /* connections that came into being */
};

void uses_init(struct uses *u, uint64_t max_age_ms);
void uses_free(struct uses *u);
void uses_take(struct uses *u, const struct event *e);

/* A process (index into the names') has ended. */
void uses_end_process(struct uses *u, uint32_t process, uint64_t at_unix_ms);

/* Called for each that has outlived its age just now. */
typedef void use_became(void *context, const struct use *use);
/* Time passes: all events until the time given before have been taken. `became`: or NULL. */
void uses_pass(struct uses *u, uint64_t now_unix_ms, use_became *became, void *context);

/* Has this process ended? */
typedef bool use_has_ended(void *context, uint32_t process);
/* Where no events are to be had: a look after the other takes their place. Who opens and closes between two of them is
 * not seen, and who holds a connection first is taken for who opened it. */
typedef bool use_is_ours(void *context, const struct process *p); /* of the look */
void uses_look(struct uses *u, const struct moment *look, struct moment *names, use_is_ours *is_ours,
               use_has_ended *has_ended, void *context);
/* Between two looks, before uses_pass(): the end of a process comes shortly after what it has closed. */
void uses_ask_ends(struct uses *u, use_has_ended *has_ended, void *context);

/* The command has ended, and this is what is left: `names` gets the processes of the look that hold something. */
void uses_end(struct uses *u, const struct moment *look, struct moment *names, use_has_ended *has_ended, void *context);

const char *outlived_name(enum outlived o); /* "process", "age", "command", "opener" */
