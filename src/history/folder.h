/* The folder of the history: one file a day, of UTC, by its name: 2026-11-30.unfin. Who writes it owns it; who reads it
 * needs no right but to read. */
#pragma once
#include "base/arena.h"
#include "base/array.h"

struct day_file {
	const char *name, *path; /* of the arena */
	uint64_t begins_ms;      /* unix time of its midnight */
	uint64_t bytes;          /* with what SQLite keeps beside it */
};

typedef ARRAY(struct day_file) day_list;

enum { DAY_MS = 24 * 60 * 60 * 1000 };

/* The name of the day's file, without the folder. */
const char *folder_day(uint64_t unix_ms, struct arena *arena);
/* The days that are there, oldest first; freed with array_free(). 0 or -errno. */
int folder_list(const char *folder, struct arena *arena, day_list *ret);
/* Of one file, with what SQLite keeps beside it. */
uint64_t folder_bytes(const char *path);
/* Removes the oldest of over `most` days, then the oldest until `bytes` are enough; never that of the name `today`.
 * Days after it, which a clock that was forward has left, are not of their number. 0 or -errno. */
int folder_trim(const char *folder, const char *today, size_t most, uint64_t bytes);
/* The last one that has begun at that time, or NULL. */
const struct day_file *folder_last(const day_list *days, uint64_t unix_ms);
/* Puts a file out of the way, never to be deleted by us, with the reason beside it: NAME.aside-1, NAME.aside-1.why.
 * 0 or -errno; `ret` is where it is now. */
int folder_set_aside(const char *path, const char *why, struct arena *arena, const char **ret);
