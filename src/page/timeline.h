/* What the agent remembers, as a page draws it: states and ages over time, thinned to what a screen can show, the
 * findings' lives, releases, and which moments were kept whole. */
#pragma once
#include "base/text.h"
#include "rule/chronicle.h"

/* The document "unfin.timeline/1". The chronicle was read with `past` and `points`. */
void timeline_json(struct text *out, const struct chronicle *c);
