/* One finding over time: a line of life from its first look to its last. Its points and victims say how it went. Plain
 * facts, made by who looks again and again (src/agent), kept by src/history, shown by src/view. */
#pragma once
#include "finding.h"

struct life_point {
	uint64_t at_ms; /* unix time, as all times here */
	uint64_t count;
	enum severity severity;
};

/* A process that was seen failing because of it. The same program failing in the same way is one, over all looks. */
struct life_victim {
	const char *program, *cmdline; /* cmdline: NULL if not known */
	uint32_t pid;                  /* of the last one */
	const char *call, *error;      /* "bind", "EADDRINUSE" */
	const char *target;            /* NULL: not known */
	uint64_t count, first_ms, last_ms;
};

/* A program that was started again as something else: another build, command or place. */
struct release {
	int64_t row; /* in the history; 0: not kept yet */
	uint64_t at_ms;
	const char *program; /* as a person calls it: unit, else executable, else name */
	uint32_t pid;
	const char *what;      /* "another build": what differs, for a person */
	const char *was, *now; /* the identities, in full */
};

struct life {
	struct arena *arena; /* of its texts, if they are its own; NULL: somebody else's */
	bool changed;        /* it is not in the history as it is here */
	uint32_t missed;     /* looks in a row that did not find it */
	int64_t row;         /* in the history's file of today; 0: not kept there yet */
	const char *key, *id, *title, *thing;
	uint64_t first_ms, last_ms; /* seen */
	uint64_t ended_ms;          /* 0: it has not ended */
	bool before;                /* it was there at the first look already: it began earlier than first_ms */
	bool grows;                 /* by evidence, as it was last */
	uint32_t openings;          /* how often it began, an end of less than an hour apart: 1 mostly */
	enum severity severity, highest;
	enum confidence confidence;
	uint64_t count, count_max;
	uint64_t oldest_ms;
	const char *netns, *peer, *listener, *setting, *caused_by;
	const char *subject_why; /* why there is no subject */
	bool subject_known;
	struct process subject; /* as it was last; its `netns` is of no account */
	uint64_t subject_netns; /* inode; 0: not known */
	ARRAY(struct life_victim) victims;
	ARRAY(struct release) releases;  /* of its subject or its peer, in the hour before it began or grew */
	ARRAY(struct life_point) points; /* by time; where neither count nor severity changed there is none */
};

struct life *life_new(void);     /* with an arena of its own */
void life_clear(struct life *l); /* what it owns, not itself */
void life_free(struct life *l);  /* and itself; NULL is fine */

/* All texts into another arena, which becomes its own; the one before is freed. */
void life_move(struct life *l, struct arena *arena);
