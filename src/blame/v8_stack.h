/* Calls in JavaScript on a frozen stack, as node.bpf.c finds them on one that is there: along frame pointers, with
 * which Node and V8 are built. */
#pragma once
#include "bpf/capture.h"
#include "v8.h"

/* The innermost first. Their functions are read where they lie now; v8_read() refuses what has been moved since. */
void v8_stack_read(const struct v8 *v, const struct memory *m, const struct record_capture *c,
                   struct record_javascript *ret);
