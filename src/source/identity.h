/* What a process runs, by the files it runs: the executable, and where that is an interpreter, the script. Another
 * build has another size, time or content. Asked by a child, for the file system may be one that does not answer any
 * more. */
#pragma once
#include "base/arena.h"
#include "base/array.h"
#include "model/process.h"

/* A program as it was last seen: what another start of it is held against. */
struct program {
	const char *key;                            /* where it runs and what it calls itself */
	const char *exe, *script, *cmdline, *image; /* NULL: not known */
	struct program_file exe_file, script_file;
	uint32_t pid;        /* of the process that was started last */
	uint64_t started_ms; /* unix time of that; 0: not known */
	uint64_t before_ms;  /* and of the start before it, whose process has no sockets any more; 0: not seen */
};

struct known_program {
	uint64_t hash; /* of its key */
	struct program is;
	uint64_t ran; /* number of the look that saw it last; 0: none has */
	bool changed; /* it is not in the history so */
};

typedef ARRAY(struct process *) process_list;

/* Fills exe_file, script_file, script and script_path of those that have an executable, as far as that can be had
 * within a moment; the rest stays unknown. */
void identities_read(const process_list *processes, struct arena *arena);
