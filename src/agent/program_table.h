/* Programs as they were last seen, by their keys. The table holds a few thousand; where it is full, that one goes which
 * has not run for longest: a host that runs ever new programs is told of releases for ever. */
#pragma once
#include "base/array.h"
#include "model/index.h"
#include "source/identity.h"

enum { PROGRAMS_MOST = 4096 };

struct program_table {
	ARRAY(struct known_program) items;
	struct index by_key;
	uint64_t look; /* number of the present one */
};

/* INDEX_NONE: it is not there. */
uint32_t program_find(const struct program_table *t, const char *key);
/* Copies it into the place of the same key, else into one of its own, which may have been another's. Its place;
 * INDEX_NONE: there is no room, for all that are there ran at this look or the one before. */
uint32_t program_put(struct program_table *t, const struct program *is);
/* A look begins: those that run are put, or told to run. */
void program_look(struct program_table *t);
void program_runs(struct program_table *t, uint32_t at); /* INDEX_NONE is fine */
void program_table_free(struct program_table *t);
