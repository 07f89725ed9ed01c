/* What `unfin reclaim` means to do, and what came of it: made by src/remedy, shown by src/view. */
#pragma once
#include "base/array.h"
#include "moment.h"

/* Without --min-age and --limit: what is younger, and how many at a time. */
enum { RECLAIM_MIN_AGE_MS = 60000, RECLAIM_LIMIT = 100 };

enum reclaim_result {
	RECLAIM_PLANNED,
	RECLAIM_DESTROYED,
	RECLAIM_SHUT_DOWN,
	RECLAIM_GONE,   /* it went by itself before its turn came */
	RECLAIM_FAILED, /* `error`; 0: it is still there */
	RECLAIM_SPARED, /* it has changed since the plan, `why` says how: it is left alone */
};

/* One socket of the plan's moment. All texts belong to the plan's arena. */
struct reclaim_entry {
	uint32_t socket;                          /* index */
	const char *cause, *confidence, *finding; /* id, confidence and key of the finding it is in; NULL: none */
	const char *why;                          /* it is refused, or was spared: why; else NULL */
	enum reclaim_result result;
	int error; /* errno */
	bool port_back;
};

/* A port budget that the plan's sockets take from. */
struct reclaim_budget {
	uint32_t netns;
	struct addr source;
	struct endpoint destination; /* connect(); bind(0): port 0 */
	uint32_t usable, free_before, free_after;
	bool probed, granted; /* one port was really taken after, and given back */
};

/* What a holder keeps all the same: destroying a connection closes no descriptor. */
struct reclaim_holder {
	uint32_t process; /* index */
	uint32_t sockets; /* of the plan */
	uint32_t bound;   /* of them, with a port that bind() chose: it stays taken */
};

typedef ARRAY(struct reclaim_entry) reclaim_list;

enum { RECLAIM_PROOFS = 6 };

/* A way to destroy sockets, and what it was seen to do here: "spares", "close_wait", ...; NULL at the end. */
struct reclaim_method {
	const char *name;
	const char *proved[RECLAIM_PROOFS];
};

struct reclaim_plan {
	struct arena *arena; /* borrowed: the texts' */
	char id[20];
	const struct moment *moment; /* that it was made of */
	reclaim_list sockets, refused;
	ARRAY(uint64_t) netns_cookies; /* by the moment's namespaces; 0: not known */
	ARRAY(struct reclaim_holder) holders;
	ARRAY(struct reclaim_budget) budgets;
	ARRAY(struct reclaim_method) methods; /* those that can be used here */
	const char *method;                   /* how it is destroyed: a word for people */
	const char *forced;                   /* the reason that was given, or NULL */
	uint64_t ports_back; /* numbers that nobody else uses: what is given back, or by now has been */
	uint64_t took_ms;
	bool applied;
	bool to_apply; /* it was asked for: this page comes before it is done */
};

void reclaim_plan_free(struct reclaim_plan *p);         /* what it owns, not itself */
const char *reclaim_result_name(enum reclaim_result r); /* as JSON has it */
/* How many have this result. */
size_t reclaim_count(const struct reclaim_plan *p, enum reclaim_result r);
/* One number for all holders of a socket: (pid, start, descriptor) of each, in any order. */
uint64_t reclaim_holders_id(const struct moment *m, const struct socket *s);
