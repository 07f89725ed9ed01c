/* The pen: what a cycle has seen, written in one transaction, so that a kill at any time costs that cycle at most. With
 * a full disk nothing is written and nothing is lost: what has changed stays marked, and is written when there is room
 * again. */
#pragma once
#include "model/moment.h"
#include "rule/figure.h"
#include "rule/life.h"
#include "source/identity.h"

struct store;

struct store_limits {
	uint64_t bytes; /* 0: 1 GB */
	size_t days;    /* that it looked on, today's, too; 0: 15 */
};

typedef ARRAY(struct release *) release_list;

/* The reason of a moment that is kept though nothing happened: the first to go when room is short. */
#define STORE_BY_THE_CLOCK "every 10 minutes"

/* What one cycle adds. */
struct cycle {
	const struct moment *moment;
	uint64_t at_ms;
	const char *verdict;
	uint64_t interval_ms, cost_us;
	struct life **lives; /* those that are open, or ended just now */
	size_t life_count;
	struct release **releases; /* new ones; they get their numbers */
	size_t release_count;
	const struct figure_reading *readings; /* of all figures that are followed */
	size_t reading_count;
	struct known_program *programs; /* all of them */
	size_t program_count;
	const char *note;  /* something to know of this time: a clock that was set; or NULL */
	const char *keep;  /* why the moment itself is to be kept, or NULL */
	const char *image; /* then: its file, as kept_make() makes it */
	uint64_t image_bytes;
};

/* The folder must exist. Nothing is opened yet. */
struct store *store_new(const char *folder, const struct store_limits *limits);
void store_free(struct store *s); /* NULL is fine */
void store_cleanup(struct store **s);

/* 0, or -errno with `ret_why` (texts in `arena`). -EPROTONOSUPPORT: the history is of a newer unfin; nothing is
 * touched. A file that is damaged or foreign has been moved aside and a new one begun: 0, and `ret_why->what` says so.
 */
int store_write(struct store *s, const struct cycle *c, struct arena *arena, struct gap *ret_why);
/* What the folder takes on the disk. */
uint64_t store_bytes(const struct store *s);
/* The lives that had not ended when the history was last written, to go on with. `ret` is a list of pointers, each to
 * be freed with store_life_free(). */
typedef ARRAY(struct life *) life_list;
/* The programs as the agent before knew them, of today's file or the last one before, the one that was started last
 * first; texts in `arena`.
 * `ret_looked_ms`: it looked until then; 0: there was none. After store_resume(). 0 or -errno. */
typedef ARRAY(struct program) program_list;
int store_programs(struct store *s, uint64_t now_ms, struct arena *arena, program_list *ret, uint64_t *ret_looked_ms);
int store_resume(struct store *s, uint64_t now_ms, life_list *ret, struct arena *arena, struct gap *ret_why);
