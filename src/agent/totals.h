/* What the agent has counted since it began, for the metrics: the sums of what each cycle tells. */
#pragma once
#include "model/moment.h"
#include "view/metrics.h"

/* What one moment, with the window before it, adds. */
void totals_take(struct metrics_totals *t, const struct moment *m);
/* The process itself: processor time, memory, descriptors. What cannot be read stays as it was. */
void totals_take_self(struct metrics_totals *t);
void totals_free(struct metrics_totals *t);
