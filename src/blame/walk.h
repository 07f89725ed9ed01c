/* The frames of an interpreter, read as the kernel program freezes them: of a thread that stands still they are where
 * they were. */
#pragma once
#include "bpf/capture.h"
#include "memory.h"

/* Of the thread of this capture, into the body of a copy; NULL: it is none that the interpreter knows. The caller frees
 * it. */
struct record_capture *walk_live(const struct record_walk *w, const struct memory *m, const struct record_capture *of);
