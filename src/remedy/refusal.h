/* Why a socket may not be destroyed. What is refused always comes first, then what words on the command line allow. */
#pragma once
#include "plan.h"

/* What is asked of each socket. Borrows both. */
struct refusals {
	const struct moment *m;
	const struct plan_request *request;
	tie_list own; /* the connections of the operator */
};

void refusals_begin(struct refusals *r, const struct moment *m, const struct plan_request *request);
void refusals_end(struct refusals *r);
/* NULL: it may go. Else one text for each kind of reason, so that the same ones can be counted together. `f`: the
 * finding it is in, or NULL. */
const char *refusal_of(const struct refusals *r, const struct socket *s, const struct finding *f);
/* Is the finding one whose sockets may go by default, and sure enough? */
bool refusal_is_cause(const struct finding *f);
/* enum selftest: what must have been proved to destroy this one. */
unsigned refusal_needs_proof(const struct socket *s);
