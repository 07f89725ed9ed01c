/* Sockets that match a rule's filter, put together as a person would: the forty workers of one service that
 * leak to one destination are one group, and so are the many destinations that have few each. */
#pragma once
#include "rule/ground/programs.h"

enum per {
	PER_OWNER_END, /* program and the end it talks to: destination, or own listener */
	PER_LISTENER,  /* address and port of the listener they came in by */
	PER_OWNER,     /* program */
};

struct suspects {
	uint32_t *sockets; /* indexes, count of them; belongs to the group list */
	size_t count;
	uint32_t netns;
	uint32_t process;    /* that holds most of them, PROCESS_NONE */
	struct endpoint end; /* port 0: none, or not one alone */
	bool end_is_listener;
	uint32_t ends; /* how many different ones were put together; 1 mostly */
	bool rest;     /* the larger ones of this program are groups of their own */
};

struct suspect_list {
	ARRAY(struct suspects) groups;
	ARRAY(uint32_t) sockets;
};

struct rule;

/* Groups of the sockets that the rule is about (`where`, `suspect`, `per`) and that are not explained yet (one bool a
 * socket). */
void suspects_find(struct inquiry *q, const struct rule *rule, const bool *explained, struct suspect_list *ret);
void suspects_free(struct suspect_list *list);

/* The process that holds most of these sockets, the first of equals; PROCESS_NONE if nobody holds any. */
uint32_t suspects_main_process(const struct moment *m, const uint32_t *sockets, size_t count);

/* Puts the group's facts into a finding: count, oldest, subject, others, peer or listener, sockets. */
void suspects_describe(struct inquiry *q, const struct suspects *g, struct finding *f);

/* Keeps those of f->sockets for which `keep` holds, and tells count, oldest, subject and others anew. */
void finding_keep(struct inquiry *q, struct finding *f,
                  bool (*keep)(struct inquiry *q, const struct socket *s, void *with), void *with);
