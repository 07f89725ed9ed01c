/* All that a screen may show of one moment, as texts and numbers: made where the moment is (picture_make.h), sent
 * through a pipe, and shown by a process that has no right to look at anything. Lines are not wrapped yet: the screen
 * knows how wide it is. */
#pragma once
#include "base/arena.h"
#include "base/array.h"

/* As view/check_lines.h tells it. */
struct picture_line {
	const char *label, *text, *command; /* command: NULL, or what to type */
};

typedef ARRAY(struct picture_line) picture_lines;

struct picture_finding {
	const char *key, *id;
	const char *head, *rest; /* "critical never-closed", " (likely): leak.py[812] does not close …" */
	uint64_t severity;       /* enum severity */
	uint64_t effect;         /* of the finding before it, or of that one's cause */
	picture_lines lines;
	const char *life; /* what the agent remembers of it, wrapped already; NULL: nothing */
};

/* A program with connections, and of those the unfinished ones. */
struct picture_program {
	const char *name;     /* "fetch-profiles[812] +3" */
	const char *identity; /* stays the same from picture to picture */
	uint64_t unfinished, connections;
	uint64_t oldest_ms, oldest_known;
	uint64_t growth_milli, growth_known;     /* thousandths of a connection a minute */
	uint64_t left, left_known, left_ends_ms; /* of the budget that ends first; 0: no end is known */
	const char *left_unit, *peer;
	picture_lines lines; /* its page */
};

/* What cannot be done, and what helps. */
struct picture_trouble {
	const char *what, *why, *mend; /* what: NULL if there is none; mend may be NULL */
};

struct picture {
	struct arena *arena; /* of all texts */
	uint64_t same;       /* nothing has changed since the picture before: all else is empty */
	uint64_t counted;    /* no look: states alone, counted at taken_ms */
	uint64_t countable;  /* of a look: counts may be asked for until the next one */
	uint64_t seen;       /* there is a moment: all below, but the trouble, is of it */
	uint64_t taken_ms, verdict, complete;
	uint64_t cost_ns;                               /* of the processor, for looking and judging */
	uint64_t interval_ms;                           /* how often a new one can come; 0: it stays */
	const char *words, *circumstances;              /* the headline of check, in two parts */
	const char *states, *states_normal, *unwatched; /* the last two: NULL where there is nothing to say */
	const char *source;                             /* whose moment it is, in a few words */
	ARRAY(const char *) gaps;
	ARRAY(struct picture_finding) findings;
	ARRAY(struct picture_program) programs;
	struct picture_trouble trouble;
	/* The expression that was asked for, if it is wrong. */
	const char *filter_message, *filter_hint;
	uint64_t filter_column;
	uint64_t kept, shown; /* moments that the agent has kept; the one that is shown, from 1, the oldest; 0: now */
	uint64_t unread;      /* there is a history, and it cannot be read: one of the gaps says why */
};

/* What is asked for. */
struct picture_order {
	const char *filter; /* NULL: none */
	uint64_t columns;   /* of the terminal */
	uint64_t back;      /* 0: now; else the so many-th kept moment, the latest is 1 */
	uint64_t count;     /* a picture that is `counted` */
};

struct picture *picture_new(void);
void picture_free(struct picture *s); /* NULL is fine */
void picture_cleanup(struct picture **s);

struct text;

/* As bytes, and back: 0, or -EBADMSG. Texts of an order live in the arena. */
void picture_write(struct text *out, const struct picture *s);
int picture_read(const char *bytes, size_t length, struct picture **ret);
void picture_order_write(struct text *out, const struct picture_order *o);
int picture_order_read(const char *bytes, size_t length, struct arena *arena, struct picture_order *ret);
