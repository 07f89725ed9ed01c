/* What can be used here, with what each was seen to do in its self-test; and the way into the network namespaces
 * concerned. */
#pragma once
#include "model/reclaim.h"
#include "selftest.h"
#include "source/probe.h"

enum means_wish { MEANS_DESTROY, MEANS_BPF, MEANS_DIAG, MEANS_SHUTDOWN };

struct means {
	struct destroyer *ways[DESTROY_METHODS]; /* NULL: it cannot be used here, or was not wished */
	unsigned proved[DESTROY_METHODS];        /* enum selftest */
	struct probe doors;
	bool entered;
};

void means_open(struct means *m, enum means_wish wish);
void means_close(struct means *m);
/* All that some way was seen to do. */
unsigned means_proved(const struct means *m);
/* The way that does all of `needs` (enum selftest), the best first; DESTROY_METHODS: none. */
enum destroy_method means_way(const struct means *m, unsigned needs);
/* Tells the plan which ways there are, and what each was seen to do. */
void means_tell(const struct means *m, struct reclaim_plan *plan);

/* Finds the doors of this moment's namespaces. 0 or -errno. */
int means_find_doors(struct means *m, const struct moment *moment);
/* Moves the thread into that namespace, and back home. 0 or -errno. */
int means_enter(struct means *m, const struct netns *n);
void means_leave(struct means *m);
