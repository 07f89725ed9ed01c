/* Which of the two formats of metrics a client wants: Prometheus' own text, or OpenMetrics. */
#pragma once
#include "base/text.h"

/* The Accept header; NULL: there was none. True if OpenMetrics 1.0.0 is named in it, and is wanted no less than text.
 */
bool accepts_openmetrics(const char *accept);

/* The same metrics in OpenMetrics 1.0.0: a counter's family has no _total, and the end is told. */
void openmetrics_from_text(struct text *out, const char *metrics);
