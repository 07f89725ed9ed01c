/* What the agent shows of now, in files that are replaced whole: a moment (as `unfin record` writes it), what
 * Prometheus reads, and a small status for whoever asks whether the agent is well. They go when it ends.
 *
 * The moment is by far the dearest of them: of 100,000 sockets it takes as long as looking and judging together. So it
 * is that of the last cycle only where that makes no look come later, or where something has changed that a finding
 * tells of; else it is written as often as takes a quarter of a hundredth of one processor, once in five minutes at the
 * least. The status says which look it is of. */
#pragma once
#include "base/text.h"
#include "model/moment.h"

struct run_files {
	const char *folder; /* borrowed */
	struct text real;   /* the same without links, which SQLite does not follow */
	struct text made;   /* the name of a moment that has been made and is not shown yet; empty: there is none */
	uint64_t made_bytes;
	uint64_t started_ms;
	uint64_t shown_ns;      /* when the moment was made that is shown, clock_monotonic_ns(); 0: none is */
	uint64_t shown_unix_ms; /* its own time */
	uint64_t price_ns;      /* of a processor, what making it took */
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
/* Is it time for another moment, though nothing has changed, and each would be too dear? */
bool run_files_due(const struct run_files *r, uint64_t now_ns);
/* Makes the file of the moment, to be shown with the next status and kept until then: `made`. 0 or -errno. */
int run_files_make(struct run_files *r, const struct moment *m);
/* The moment that was made, if one was, else the one before stays. 0 or -errno with `ret_why`. */
int run_files_write(struct run_files *r, const struct run_status *status, struct arena *arena, struct gap *ret_why);
void run_files_end(struct run_files *r);
