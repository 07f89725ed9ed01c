/* What of the judgement was asked for: EXPR, --only, --ignore and the thresholds, as a request to the rules. */
#pragma once
#include "command.h"
#include "rule/judgement.h"

/* Its options: those that leave something out, or let it count for less. Whoever shows what is wrong takes them, from
 * the file of defaults at the least: what one does not show, another does not either. NULL at the end. */
extern const char *const asked_options[];
#define ASKED_OPTIONS "only", "ignore", "critical-eta", "warning-eta", "warning-share"

/* All of it lives in the arena, but the lists: asked_free(). STATUS_OK, or STATUS_USAGE after having said what is
 * wrong and what was meant. */
int asked_parse(const struct invocation *in, struct arena *arena, struct request *ret);
void asked_free(struct request *r);
