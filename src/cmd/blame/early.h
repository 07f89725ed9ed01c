/* What is decoded as soon as it has been held for a moment, not when the watch ends. V8 moves what a Node's calls are
 * read from when it compacts its memory, which it also does 8 s after a program has become quiet, as after its start:
 * of what was opened before that no line was left. */
#pragma once
#include "base/arena.h"
#include "model/keyed.h"
#include "model/site.h"
#include "trace/captures.h"

struct early_stack {
	uint32_t tgid;
	struct stack *stack;
};

/* All zero to begin with; of one struct captures. */
struct early {
	struct arena *arena;
	ARRAY(struct early_stack) stacks; /* each that differs, of its process */
	struct keyed asked;               /* cookies of sockets: index of the stack, INDEX_NONE: it has none here */
	uint32_t last_tgid;               /* where the last pass ended: the next one goes on behind it */
	uint64_t next_ns;                 /* not before then: a quarter of one processor at the most */
};

/* To be called while captures are taken. Mostly there is nothing to do. */
void early_take(struct early *e, struct captures *captures);
/* Of the socket with this cookie, until early_free(). NULL: it is to be decoded now. */
struct stack *early_find(const struct early *e, uint64_t cookie);
void early_free(struct early *e);
