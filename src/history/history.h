/* Reading what the agent wrote: no right is needed beyond that to read the folder's files. They are the agent's, and
 * may still be damaged or of another version: what cannot be read is told, and the rest is shown. */
#pragma once
#include "model/moment.h"
#include "rule/chronicle.h"

struct history_request {
	uint64_t from_ms, to_ms; /* what was alive in that span */
	const char *key;         /* this finding alone, by its whole key, a part of it that no other has, or its id; or
	                            NULL */
	bool figures;            /* with them: numbers over time */
	bool past;               /* with what a picture over time is made of: looks, ages, which moments were kept */
	bool points;             /* with points, victims and releases; else with their releases alone */
};

/* 0, or -errno with `ret_why` (texts in `arena`): -ENOENT there is no history, -EACCES it may not be read. A day that
 * cannot be read is a gap of the chronicle's moment. */
int history_read(const char *folder, const struct history_request *request, struct chronicle **ret, struct arena *arena,
                 struct gap *ret_why);

/* The kept moment nearest to that time, as the image of a file that `unfin record` writes: for kept_parse(). 0, or as
 * above; -ENOENT also where none was kept. */
int history_moment(const char *folder, uint64_t at_ms, uint64_t *ret_at_ms, struct text *ret_image, struct arena *arena,
                   struct gap *ret_why);

/* The times of all kept moments up to that one, the oldest first; a day that cannot be read has none. Freed with
 * array_free(). 0, or as above. */
typedef ARRAY(uint64_t) time_list;
int history_times(const char *folder, uint64_t to_ms, time_list *ret, struct arena *arena, struct gap *ret_why);
