/* What findings eat, counted: ports by the model of model/port/ports.h, descriptors of the process. */
#pragma once
#include "rule/inquiry.h"
#include "model/port/ports.h"

/* The port map of this judgement's moment, made when first asked for. */
struct port_map *inquiry_ports(struct inquiry *q);

/* Cheap, before the model is asked: a twentieth of this namespace's ports, or a failed call, make it worth asking. */
bool budgets_may_end(struct inquiry *q, uint32_t netns);

/* The budget on which a failed call drew, if it failed because no port was left; a few may be free again since. */
bool budget_asked(struct inquiry *q, const struct failure *f, struct port_budget *ret);

/* What drew on it and was closed while watched, after its peer, so that nothing is left of it: it held the ports when a
 * call failed. Of bind(port 0) all, for their own address is not always known. */
struct given_back {
	uint64_t count;
	uint32_t process; /* that closed most of them; PROCESS_NONE: nobody did */
	bool ended;       /* it did so as it ended */
};
struct given_back budget_given_back(const struct moment *m, const struct port_budget *b);

enum { NEARLY_PERCENT = 90 }; /* so much used is worth a word */

/* Budgets of a finding with a subject: its descriptors, and for a client the ports to its destination. */
void budgets_add(struct inquiry *q, struct finding *f);

/* Evidence: whose the finding's sockets are, largest share first. */
void budgets_tell_holders(struct inquiry *q, struct finding *f);
