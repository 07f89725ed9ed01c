/* What the agent shows of now, in files that are replaced whole: the last moment (as `unfin record` writes it), what
 * Prometheus reads, and a small status for whoever asks whether the agent is well. They go when it ends. */
#pragma once
#include "model/moment.h"

struct run_files {
	const char *folder; /* borrowed */
	uint64_t started_ms;
};

struct run_status {
	const struct moment *moment;
	const char *verdict;
	uint64_t cycles;
	uint64_t interval_ms, asked_ms; /* until the next look; what was asked for */
	uint64_t cost_ns;               /* processor time of the cycle before */
	const char *trouble;            /* what does not work, or NULL */
	const struct text *metrics;     /* as Prometheus reads them */
};

void run_files_begin(struct run_files *r, const char *folder);
/* 0 or -errno with `ret_why`. */
int run_files_write(const struct run_files *r, const struct run_status *status, struct arena *arena,
                    struct gap *ret_why);
void run_files_end(const struct run_files *r);
