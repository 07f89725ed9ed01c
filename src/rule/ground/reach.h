/* Is a limit about to be reached, and can that be said? Shared by the rules about limits. */
#pragma once
#include "rule/inquiry.h"
#include "model/limits.h"

/* True if the forecast proves an end within the hour: enough was seen, and its slow end is finite, too. Until TIME_WAIT
 * alone fills it, one look is not enough. */
bool reach_is_near(const struct moment *m, const struct forecast *f);
/* The forecast becomes the finding's eta, or the reason why there is none. What is still to come is `foreseen`. */
void finding_foretell(struct finding *f, const struct forecast *forecast);
/* Adds the limit as the finding's budget, with its setting as evidence. */
void finding_limit(struct inquiry *q, struct finding *f, const struct limit *l);

/* Of what is only foreseen, what stays: not the effect of another finding, which tells its own end, and of several
 * limits that the same connections run into the first one. */
void findings_keep_first_ends(struct inquiry *q);
