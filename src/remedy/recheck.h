/* The same sockets a moment later: what has become of each since the plan. */
#pragma once
#include "model/reclaim.h"

struct recheck {
	const struct moment *before, *now;
	struct index by_cookie; /* of `now` */
};

void recheck_begin(struct recheck *r, const struct moment *before, const struct moment *now);
void recheck_end(struct recheck *r);
/* The same socket in `now`, in the same namespace; NULL: it is gone. */
const struct socket *recheck_find(const struct recheck *r, const struct socket *before);
/* Why it is not any more what the plan says, or NULL: nothing has moved. */
const char *recheck_why(const struct recheck *r, const struct socket *before, const struct socket *now,
                        uint64_t min_age_ms);
/* Is there nothing left of it that takes a port? */
bool recheck_is_gone(const struct recheck *r, const struct socket *before);
