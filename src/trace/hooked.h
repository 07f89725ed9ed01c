/* Processes whose functions are hooked at their entries, so many at once: one that has ended gives its place back. */
#pragma once
#include "base/array.h"
#include "model/keyed.h"

enum { HOOKED_MOST = 64 };

struct hooked_process {
	uint32_t pid;
	int process; /* its folder in /proc: never a later one's of that number */
	ARRAY(int) links;
};

struct hooked_entry {
	uint64_t offset; /* of a function in its file; 0: this program has none */
	int program;     /* of the kernel's, that hangs there */
};

/* All zero to begin with, but: */
struct hooked {
	int map;      /* of the kernel's, what is known of a program by its pid */
	size_t bytes; /* of that */
	ARRAY(struct hooked_process) items;
	struct keyed refused; /* pids of those that found no place */
};

/* `path`: of the file, as we see it. Where the process goes on as another program its hooks are set anew. 0 or -errno;
 * -ENOSPC: so many that live have a place. */
int hooked_add(struct hooked *h, uint32_t pid, const char *path, const void *program,
               const struct hooked_entry *entries, size_t count);
/* It found no place. */
bool hooked_refused(const struct hooked *h, uint32_t pid);
void hooked_free(struct hooked *h);
