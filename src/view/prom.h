/* Prometheus' text format (version 0.0.4), written so that it cannot come out invalid: a family is told once, before
 * its samples, and only if it has any; labels are escaped; what is beyond the cap of series is counted, not written.
 *
 *	struct prom p = PROM(out, PROM_SERIES);
 *	prom_family(&p, "unfin_sockets", PROM_GAUGE, "TCP sockets by state.");
 *	prom_sample(&p, 12, "state", "close_wait");
 *	prom_end(&p, 0);
 *
 * What is not known has no sample: 0 is a fact. */
#pragma once
#include "base/text.h"

enum prom_type { PROM_GAUGE, PROM_COUNTER };
enum { PROM_SERIES = 150, PROM_SERIES_MOST = 1000 }; /* unless told otherwise; whatever was told */

struct prom {
	struct text *out;
	size_t most, series, dropped;
	const char *name, *help; /* the family that is being written */
	enum prom_type type;
	bool told; /* its HELP and TYPE are */
};

#define PROM(out_, most_)                                                                                              \
	{                                                                                                              \
		.out = (out_), .most = MIN((size_t)(most_), (size_t)PROM_SERIES_MOST)                                  \
	}

/* `help` is one sentence; both are borrowed until the next family. A counter's name ends in _total. */
void prom_family(struct prom *p, const char *name, enum prom_type type, const char *help);
/* `labels`: names and values in pairs, NULL at the end. */
#define prom_sample(p, value, ...) prom_sample_labels((p), (value), (const char *const[]){ __VA_ARGS__, NULL })
void prom_sample_labels(struct prom *p, double value, const char *const *labels);
/* A family of one sample without labels. */
void prom_value(struct prom *p, const char *name, enum prom_type type, const char *help, double value);
/* Tells how many series found no room: these, and `dropped_before`, of earlier writings. Returns their sum. */
uint64_t prom_end(struct prom *p, uint64_t dropped_before);
