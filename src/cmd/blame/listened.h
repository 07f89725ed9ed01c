/* Where the listeners were set up that accepted connections came in by. In a server that runs a loop of events the line
 * of accept() is the loop, and the same for all of them: this one tells which of its services it was. */
#pragma once
#include "base/array.h"
#include "early.h"
#include "model/site.h"
#include "trace/captures.h"

struct listened_place {
	uint64_t cookie;
	struct stack *stack;
};

/* Each listener is decoded once. All zero to begin with. */
struct listened_places {
	ARRAY(struct listened_place) rows;
	const struct early *early; /* what was decoded before; or NULL */
	uint64_t spent_ns;         /* all of them together have some seconds */
};

/* Of the listener that `accepted` came in by. Never NULL: what is not known says why. Stacks live in `arena`, which
 * must be the same each time. */
struct stack *listened_find(struct listened_places *l, const struct record_capture *accepted, struct captures *captures,
                            struct arena *arena);
void listened_free(struct listened_places *l);
