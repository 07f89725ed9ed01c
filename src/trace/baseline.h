/* What rows of counts said when they were collected last, for who collects again and again: counters in the kernel are
 * never set back, for what is counted meanwhile would be lost. */
#pragma once
#include "base/array.h"
#include "bpf/record.h"

struct baseline_row {
	struct record_end_key key;
	struct record_counts counts;
};

struct baseline {
	ARRAY(struct baseline_row) last, next; /* `last` is sorted by key */
};

/* Notes what the row says now, and leaves in it what has come since the last collection. */
void baseline_take(struct baseline *b, const struct record_end_key *key, struct record_counts *row);
/* What has been noted is what the next collection starts from. */
void baseline_follow(struct baseline *b);
void baseline_free(struct baseline *b);
