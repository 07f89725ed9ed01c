/* What a process runs, by the files it runs: the executable, and where that is an interpreter, the script. Another
 * build has another size or time. Asked by a child, for the file system may be one that does not answer any more. */
#pragma once
#include "base/arena.h"
#include "model/process.h"

struct program_file {
	bool known;
	uint64_t bytes, changed_ms; /* unix time of its last change */
};

struct identity {
	const struct process *process;
	struct program_file exe, script;
	const char *script_path; /* a word of its command line, in the arena; NULL: it runs none, or it was not found */
};

/* A program as it was last seen: what another start of it is held against. */
struct program {
	const char *key;                    /* where it runs and what it calls itself */
	const char *exe, *script, *cmdline; /* NULL: not known */
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

/* Fills what can be had within a moment; the rest stays unknown. */
void identities_read(struct identity *items, size_t count, struct arena *arena);
