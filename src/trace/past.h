/* Closes of the windows before this one, for who looks again and again: what a program does once in a minute is not to
 * be seen in ten seconds. Kept for five to ten minutes, and dropped by halves. */
#pragma once
#include "base/array.h"
#include "bpf/record.h"

struct past_row {
	struct record_end_key key;
	struct record_close close;
};
typedef ARRAY(struct past_row) past_list;

struct past {
	past_list halves[2];  /* sorted by key */
	uint64_t began_ns[2]; /* of each; CLOCK_BOOTTIME */
	past_list window;     /* what the window that ends now has had */
};

void past_begin(struct past *p, uint64_t now_ns);
/* One row of the window that ends now. */
void past_note(struct past *p, const struct record_end_key *key, const struct record_close *close);
/* The window is over: its rows are past. */
void past_follow(struct past *p, uint64_t now_ns);
/* All that is past, a row a key; to be freed. */
past_list past_rows(const struct past *p);
uint64_t past_began_ns(const struct past *p);
void past_free(struct past *p);
