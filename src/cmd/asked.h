/* What of the judgement was asked for: EXPR, --only, --ignore and the thresholds, as a request to the rules. */
#pragma once
#include "command.h"
#include "rule/judgement.h"

/* All of it lives in the arena, but the lists: asked_free(). STATUS_OK, or STATUS_USAGE after having said what is
 * wrong and what was meant. */
int asked_parse(const struct invocation *in, struct arena *arena, struct request *ret);
void asked_free(struct request *r);
