/* The desk that every rule is handed: the moment in question, what was asked, and what has been found out so far. The
 * derived tables are made when a rule first asks for them, and are the inquiry's own; each has its header in ground/.
 * Findings move while others are added: keep a pointer to one only until the next finding_new(). */
#pragma once
#include "judgement.h"

struct inquiry {
	const struct moment *moment;
	const struct request *request;
	struct arena *arena;         /* texts of the findings; it outlives the inquiry */
	struct port_map *ports;      /* ground/budgets.h */
	uint32_t *range_sockets;     /* likewise */
	struct programs *programs;   /* ground/programs.h */
	struct listeners *listeners; /* ground/listeners.h */
	struct pairs *pairs;         /* ground/pairs.h */
	struct relays *relays;       /* ground/relays.h */
	struct fates *fates;         /* ground/fate.h */
	finding_list findings;
	uint32_t serials; /* given so far */
};

/* Frees the derived tables; arena and findings go to the judgement. */
void inquiry_free_tables(struct inquiry *q);

/* A new finding with nothing known but its cause. */
struct finding *finding_new(struct inquiry *q, const char *id, const char *title);
/* Takes back the newest one. */
void finding_drop_last(struct inquiry *q);

/* What a finding says (printf). */
void finding_evidence(struct inquiry *q, struct finding *f, const char *format, ...) PRINTF_LIKE(3, 4);
void finding_excludes(struct inquiry *q, struct finding *f, const char *id, const char *format, ...) PRINTF_LIKE(4, 5);
void finding_or_else(struct finding *f, const char *id, const char *why, const char *settled_by);
/* A row of the moment's failures; the victim, to be told more of, stays until the next one. */
struct victim *finding_victim(struct inquiry *q, struct finding *f, const struct failure *failure);
/* Its program waits on these connections: see waits_for. */
void finding_waits(struct finding *f, const socket_list *on);
/* What to do now, what to do for good, and where to look further: told in this order, whatever the order of the calls.
 * `command`: NULL where there is none. */
void finding_now(struct finding *f, const char *text, const char *command);
void finding_for_good(struct finding *f, const char *text, const char *command);
void finding_more(struct finding *f, const char *text, const char *command);
