/* Sockets that match a rule's filter, put together as a person would: the forty workers of one service that
 * leak to one destination are one group. */
#pragma once
#include "finding.h"

enum per {
	PER_OWNER_END, /* program (unit, else executable) and the end it talks to: destination, or own listener */
	PER_LISTENER,  /* address and port of the listener they came in by */
	PER_OWNER,     /* program */
};

struct suspects {
	uint32_t *sockets; /* indexes, count of them; belongs to the group list */
	size_t count;
	uint32_t netns;
	uint32_t process; /* that holds most of them, PROCESS_NONE */
	struct endpoint end;
	bool end_is_listener;
};

struct suspect_list {
	ARRAY(struct suspects) groups;
	ARRAY(uint32_t) sockets;
};

/* Groups of the sockets that match `where` (model/filter.h; the text is the rule's own, so it is valid) and are not
 * explained yet (one bool a socket). */
void suspects_find(const struct moment *m, const char *where, enum per per, const bool *explained,
                   struct suspect_list *ret);
void suspects_free(struct suspect_list *list);

/* True if both processes are the same program: same unit, else same executable, else same name. */
bool same_program(const struct process *a, const struct process *b);
/* unit, else executable, else name. */
const char *program_name(const struct process *p);

/* Puts the group's facts into a finding: count, oldest, subject, others, peer or listener, sockets. */
void suspects_describe(const struct moment *m, const struct suspects *g, struct judgement *j, struct finding *f);

/* The same for the same fault, after a restart too: so there is no pid in it. */
const char *finding_key(const struct moment *m, struct judgement *j, const struct finding *f);

/* What the window saw of this program's sockets in `state` that are gone now: closed by it. */
struct departures {
	uint64_t count;
	uint64_t oldest_ms; /* at the first look, plus the window: the oldest age at which one was seen to go */
};
struct departures suspects_departed(const struct moment *m, const struct suspects *g, enum tcp_state state);
