/* Names of containers, looked up by a child that has no power, for what it reads may be hostile: JSON of a user's own
 * making, or a file system of his that never answers. First the host's places, with no right left but to read; then
 * each home, as its owner. All of it has 200 ms: a name is a luxury, and who takes longer is killed and left behind. */
#pragma once
#include "container.h"

struct naming {
	const char *id; /* of the container, 64 hex digits */
	uid_t uid;      /* of a process in it */
	uint32_t pid;   /* of that process */
	const char *home;
	const char *beside; /* the host's path of a file that its runtime has mounted in it, NULL: not looked for */
	struct container found;
	int err;   /* why no name was found although there may be one, -errno; -ETIMEDOUT: not in time; else 0 */
	bool done; /* the home was asked, too */
};

/* `root`: a directory descriptor of the host's /. Texts live in the arena. */
void naming_lookup(int root, struct naming *items, size_t count, struct arena *arena);
/* The same for those without a name, by what stands beside the file that is mounted in them. */
void naming_lookup_beside(int root, struct naming *items, size_t count, struct arena *arena);
/* The words for `err`. */
const char *naming_why(const struct naming *n);
