/* What `unfin guard` does where events may not be followed: a look after the other, at what the command's processes
 * hold. No line is known then, nor what comes and goes between two looks. */
#pragma once
#include "cmd/session.h"
#include "model/use.h"

struct guard_looks {
	uint32_t pid; /* of the command */
	uint64_t next_ns;
	struct session *session; /* its moment is that of the look before */
	struct uses *uses;
	struct moment *names;
	use_has_ended *has_ended;
	void *context; /* of has_ended */
};

/* The other members are set. From now on processes that lose their parent are ours, so that the command's are known by
 * their parents. */
void guard_looks_begin(struct guard_looks *l, uint32_t pid);
/* If it is time for a look: each 100 ms, and with a quarter of one processor at the most. A status. */
int guard_looks_take(struct guard_looks *l);
/* At once. A status. */
int guard_looks_last(struct guard_looks *l);
