/* Which runtime a process is, told by the files that are mapped in it. A runtime whose frames are not read yet is named
 * with what would be needed: its native stack ends in an interpreter or in compiled code that no file has, and a line
 * out of that would be a guess. */
#pragma once
#include "interpreter.h"
#include "model/image.h"

enum runtime_kind { RUNTIME_NATIVE, RUNTIME_INTERPRETED, RUNTIME_NODE, RUNTIME_UNREAD };

struct runtime {
	enum runtime_kind kind;
	const char *name;                           /* "native", "python", "java" */
	const char *why;                            /* RUNTIME_UNREAD: what is not read yet */
	const struct interpreter_kind *interpreter; /* RUNTIME_INTERPRETED */
	const struct image_file *file;              /* that tells: the interpreter's. NULL: native */
};

/* Without looking into any file. */
struct runtime runtime_of(const struct image *image);

/* Whether a /proc/PID/maps may be that of an interpreter: most processes are something else. */
bool runtime_may_be_interpreted(const char *maps);
