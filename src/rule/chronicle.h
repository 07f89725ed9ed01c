/* What is remembered of a span of time: findings with their lives, releases, what else was noted. Read by
 * src/history, shown by src/view. It owns its memory: one free. */
#pragma once
#include "figure.h"
#include "life.h"

struct chronicle_note {
	uint64_t at_ms;
	const char *what;
};

/* Looks in a row that saw the same. */
struct chronicle_look {
	uint64_t first_ms, last_ms;
	const char *verdict;
	uint32_t states[STATE_COUNT];
};

/* How many sockets of each state were in each class of age. */
struct chronicle_ages {
	uint64_t at_ms;
	uint32_t counts[STATE_COUNT][AGE_CLASSES];
};

/* A moment that was kept whole, and can be judged again. */
struct chronicle_moment {
	uint64_t at_ms;
	const char *why;
};

struct chronicle {
	/* Host, boot, time of the last look, and what that one saw and could not see; no sockets. */
	struct moment *moment;
	uint64_t from_ms, to_ms;              /* what was asked for; to_ms is the time of asking at most */
	uint64_t first_look_ms, last_look_ms; /* 0: nobody looked in that span */
	uint64_t looks;                       /* how many */
	uint64_t blind_ms;                    /* of the time between them nobody looked for so long */
	uint64_t interval_ms, cost_us;        /* of the last looks: so often, and the dearest of them */
	const char *verdict;                  /* of the last look */
	ARRAY(struct life) lives;             /* the open ones first, by severity, then by time of end, latest first */
	ARRAY(struct release) releases;       /* by time */
	ARRAY(struct chronicle_note) notes;
	ARRAY(struct figure)
	figures; /* where they were asked for; by kind, the one with the largest last value first */
	/* By time, where they were asked for. */
	ARRAY(struct chronicle_look) past_looks;
	ARRAY(struct chronicle_ages) past_ages;
	ARRAY(struct chronicle_moment) past_moments;
};

struct chronicle *chronicle_new(void);
void chronicle_free(struct chronicle *c); /* NULL is fine */
void chronicle_cleanup(struct chronicle **c);
/* Lives that go on from one day to the next, under the same key and begun at the same time, become one; all are sorted.
 */
void chronicle_join(struct chronicle *c);
