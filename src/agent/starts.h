/* Programs that are started again as something else: another executable, build, script or, of a service, command line.
 * Whoever was there at the first look is only noted. Workers that a program forks are no starts. */
#pragma once
#include "model/keyed.h"
#include "model/moment.h"
#include "rule/life.h"

enum { STARTS_BESIDE_MS = 60 * 60 * 1000 };

struct started {
	uint32_t program; /* index */
	struct release release;
	struct arena *arena; /* its texts */
};

struct program;

struct starts {
	ARRAY(struct program) programs;
	ARRAY(struct started) recent; /* of the last hour */
	struct keyed seen; /* of the processes of the look before, by their keys: index of the program, or INDEX_NONE */
};

/* Looks for processes that are new; new releases are appended to `recent`. */
void starts_take(struct starts *s, const struct moment *m, uint64_t at_ms);
/* Adds to the life those of the last hour that are of one of these programs: its subject, the other end, other
 * holders. Nothing twice. */
void starts_beside(const struct starts *s, const struct moment *m, const struct finding *f, struct life *l);
void starts_shift(struct starts *s, int64_t by_ms); /* as lives_shift() */
void starts_free(struct starts *s);
