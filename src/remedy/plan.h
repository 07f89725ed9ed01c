/* Which sockets may go, and why the others may not: a pure function of a moment, its findings and what was asked. */
#pragma once
#include "model/filter/filter.h"
#include "model/reclaim.h"
#include "rule/judgement.h"

/* Both ends of a connection. */
struct tie {
	struct endpoint here, there;
};
typedef ARRAY(struct tie) tie_list;

/* What the caller may do, and who he is. */
struct reclaimer {
	uint32_t uid;
	bool may_all;              /* root: else only his own sockets */
	uint32_t pid;              /* unfin's own */
	ARRAY(uint32_t) ancestors; /* pids: shell, sudo, sshd, ... */
	tie_list sessions;         /* connections that he has come by */
};

void reclaimer_free(struct reclaimer *r);

/* Sockets of a plan that was kept, by their cookies, ascending. */
typedef ARRAY(uint64_t) cookie_list;

struct plan_request {
	const struct filter *about; /* NULL: no EXPR */
	const char *finding;        /* key of the one that is meant; NULL: any */
	const cookie_list *kept;    /* NULL: there is no kept plan */
	uint64_t min_age_ms, limit;
	bool states[STATE_COUNT]; /* beside CLOSE_WAIT */
	const char *force;        /* the reason; NULL */
	unsigned proved;          /* enum selftest */
	const struct reclaimer *by;
};

/* Fills `ret` (zeroed, with its arena), oldest first. 0, or -ENOENT: there is no such finding. */
int plan_make(const struct moment *m, const struct judgement *j, const struct plan_request *request,
              struct reclaim_plan *ret);
