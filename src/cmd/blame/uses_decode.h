/* Where the connections of a guarded command were opened: found while their processes live. When a test has ended, its
 * memory is gone, and with it the names and lines of an interpreter. */
#pragma once
#include "listened.h"
#include "model/use.h"
#include "trace/captures.h"

/* Gives a stack to each that may outlive its use: the peer has finished a moment ago, or it has been open for a while
 * and may be handed on. `names`: whose processes they have. Stacks live in its arena. */
void uses_decode(struct uses *u, const struct moment *names, uint64_t now_unix_ms, struct captures *captures,
                 struct listened_places *listeners);
/* And to those that outlived it without: why there is none. */
void uses_decode_rest(struct uses *u, const char *why, struct arena *arena);
