/* Which runtime a process is, told by the files that are mapped in it. A runtime whose frames are not read yet is named
 * with what would be needed: its native stack ends in an interpreter or in compiled code that no file has, and a line
 * out of that would be a guess. */
#pragma once
#include "model/image.h"

enum runtime_kind { RUNTIME_NATIVE, RUNTIME_PYTHON, RUNTIME_UNREAD };

struct runtime {
	enum runtime_kind kind;
	const char *name;              /* "native", "python 3", "java" */
	const char *why;               /* RUNTIME_UNREAD: what is not read yet */
	const struct image_file *file; /* that tells; of Python the one with _PyRuntime. NULL: native */
	unsigned minor;                /* of Python 3.minor, as the file's name says; 0: it does not */
};

/* Without looking into any file. */
struct runtime runtime_of(const struct image *image);
