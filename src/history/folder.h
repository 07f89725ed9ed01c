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
/* Removes days that were over `age_ms` ago, then the oldest until `bytes` are enough; never the newest. 0 or
 * -errno. */
int folder_trim(const char *folder, uint64_t now_ms, uint64_t age_ms, uint64_t bytes);
/* Puts a file out of the way, never to be deleted by us, with the reason beside it: NAME.aside-1, NAME.aside-1.why.
 * 0 or -errno; `ret` is where it is now. */
int folder_set_aside(const char *path, const char *why, struct arena *arena, const char **ret);
