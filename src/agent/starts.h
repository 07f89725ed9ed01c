/* Programs that are started again as something else: another image, executable, build, script or, of a service, command
 * line. Whoever was there at the very first look is only noted. Workers that a program forks are no starts. */
#pragma once
#include "model/keyed.h"
#include "model/moment.h"
#include "program_table.h"
#include "rule/life.h"

enum { STARTS_BESIDE_MS = 60 * 60 * 1000 };

struct started {
	uint32_t program; /* index; INDEX_NONE: it is not known any more */
	struct release release;
	struct arena *arena; /* its texts */
};

struct starts {
	struct program_table programs;
	uint64_t looked_ms;           /* an agent before looked until then; 0: there was none */
	bool began;                   /* a look was taken before */
	ARRAY(struct started) recent; /* of the last hour */
	struct keyed seen; /* of the processes of the look before, by their keys: index of the program, or INDEX_NONE */
};

/* What an agent before knew, which looked until then: programs that were started again since are releases, too. Copies
 * it. */
void starts_resume(struct starts *s, const struct program *programs, size_t count, uint64_t looked_ms);
/* Looks for processes that are new; new releases are appended to `recent`. */
void starts_take(struct starts *s, const struct moment *m, uint64_t at_ms);
/* Adds to the life those of the last hour that are of one of these programs: its subject, the other end, other
 * holders. Nothing twice. */
void starts_beside(const struct starts *s, const struct moment *m, const struct finding *f, struct life *l);
void starts_shift(struct starts *s, int64_t by_ms); /* as lives_shift() */
void starts_free(struct starts *s);
