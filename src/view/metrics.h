/* What Prometheus is told: a judged moment, and what a collector has counted since it began. Labels are states, causes,
 * kinds of limits and names of services, never an address, a port, a pid or a container's id: the number of series does
 * not grow with the host. Families stand in the order of their worth, so that a cap takes the least of them. */
#pragma once
#include "prom.h"
#include "model/limits.h"
#include "rule/judgement.h"

/* One moment and what it was judged to be, with all its limits. */
void metrics_add_judged(struct prom *p, const struct moment *m, const struct judgement *j, const struct limits *limits);

/* Totals since the collector began; each only grows. A counter of the kernel's that fell, as when a namespace ended, is
 * no new beginning: the collector adds differences up. */
struct metrics_failures {
	const char *call; /* "connect" */
	int error;        /* errno */
	uint64_t count;
};

/* All of it is known but what says otherwise. */
struct metrics_totals {
	uint64_t started_unix_ms;          /* the collector's own start */
	uint64_t looks;                    /* cycles that ended */
	uint64_t looks_failed;             /* cycles in which there was no look */
	double look_s, look_cpu_s;         /* the last one: how long it took, and of a processor */
	double interval_s;                 /* between two looks, as it is now */
	double interval_asked_s;           /* as it was asked for: less, if the cost rule stretched it */
	double cpu_s;                      /* of the whole process */
	uint64_t resident_bytes, open_fds; /* of the whole process */
	bool counted;                      /* the next line is facts: level 0 is attached */
	uint64_t opened, closed_first, closed_after, reset, refused, timed_out;
	uint64_t events_lost;                    /* what found no room to be counted */
	uint64_t listen_overflows;               /* ListenOverflows of all namespaces in scope */
	uint64_t history_bytes;                  /* on disk; 0: there is no history */
	uint64_t history_errors;                 /* cycles that could not be kept */
	ARRAY(struct metrics_failures) failures; /* by call and errno */
	uint64_t series_dropped;                 /* of earlier cycles: what prom_end() returned */
};

void metrics_add_totals(struct prom *p, const struct metrics_totals *t);

/* All of a moment: what `check -o prom` writes. At most `most` series. */
void metrics_moment(struct text *out, const struct moment *m, const struct judgement *j, size_t most);
/* The same with a collector's totals; they take the new sum of dropped series. */
void metrics_cycle(struct text *out, const struct moment *m, const struct judgement *j, const struct limits *limits,
                   struct metrics_totals *t, size_t most);
