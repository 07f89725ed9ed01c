/* Numbers that are followed from look to look, so that a time between two kept moments is known, too. One is written
 * down when it has moved by a twentieth, began or came to nothing; what is counted, once a minute. */
#pragma once
#include "model/keyed.h"
#include "model/limits.h"
#include "model/moment.h"
#include "rule/figure.h"

enum { FIGURES_MOST = 1024, COUNT_EVERY_MS = 60 * 1000 };

struct followed {
	struct figure is; /* its texts are its own; without points */
	uint64_t key;     /* of its identity */
	struct figure_point now;
	uint64_t written; /* the value in the history */
	uint64_t sum;     /* FIGURE_COUNT: since the last point */
	bool seen;        /* in this look */
	bool changed;     /* `now` is not in the history */
};

struct figures {
	ARRAY(struct followed) items;
	struct keyed by_key; /* their indexes */
	uint64_t counted_ms; /* the last point of what is counted */
};

/* Takes a look, with the window before it. */
void figures_take(struct figures *fs, const struct moment *m, const struct limits *limits, uint64_t at_ms);
/* What has changed is in the history now; what has come to nothing is not followed any longer. */
void figures_settle(struct figures *fs);
typedef ARRAY(struct figure_reading) reading_list;
void figures_list(const struct figures *fs, reading_list *ret); /* borrowed until the next look */
void figures_free(struct figures *fs);
