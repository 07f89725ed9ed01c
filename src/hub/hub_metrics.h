/* What a hub tells of itself, for Prometheus. */
#pragma once
#include "receive.h"

void hub_metrics(struct text *out, const struct reception_counts *counts, uint64_t spool_bytes, uint64_t unknown);
