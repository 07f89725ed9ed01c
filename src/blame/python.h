/* CPython: where a version keeps its frames, and from a frozen frame to function, file and line. 3.8 to 3.12 by a table
 * of offsets, 3.13 by those that it describes itself. Another version is declared, never guessed. */
#pragma once
#include "bpf/capture.h"
#include "memory.h"
#include "model/site.h"

enum { PYTHON_OLDEST = 8, PYTHON_NEWEST = 13 };

struct python {
	unsigned minor;     /* of 3.minor */
	bool threads_free;  /* a build without the GIL: lines may be in a copy of the code of one thread's own */
	uint64_t code_type; /* address of PyCode_Type; 0: not known */
	struct record_walk walk;
	uint32_t code_at, instruction_at, owner_at; /* in a frame; owner_at 0: it has none */
	uint32_t file_at, name_at, table_at, first_line_at,
	        units_at;     /* in a code object; units_at 0: an index is kept */
	uint32_t ascii_bytes; /* the head of a str of ASCII */
};

/* `runtime`: address of _PyRuntime. 0, or -ENOTSUP: no such version is known here; -EFAULT: it does not describe itself
 * as it should. */
int python_describe(const struct memory *m, unsigned minor, uint64_t runtime, struct python *ret);
/* False: it is no frame of Python's own (a C stack's mark), or makes no sense. */
bool python_frame(const struct python *p, const struct memory *m, const struct record_node *node, struct frame *ret);
