/* Programs with connections, and how many of those are unfinished: what the peer has finished and the program still
 * holds, and what findings count. Growth, age, budget and peer are those of the program's findings, where it has any:
 * nothing is judged here. */
#pragma once
#include "rule/judgement.h"

struct program_row {
	uint32_t process;   /* that holds most unfinished ones, or most */
	uint32_t processes; /* that are this program: the same command in the same place */
	uint64_t unfinished, connections;
	uint64_t most; /* of `process` */
	uint64_t by_state[STATE_COUNT];
	bool oldest_known;
	uint64_t oldest_ms; /* at least so long ago the peer of one has finished */
	bool several;       /* ends; else all of them have this one */
	struct endpoint end;
	bool end_is_own;               /* a server's own address and port */
	const struct finding *finding; /* the weightiest that it is the subject of; NULL: none */
};

typedef ARRAY(struct program_row) program_rows;

/* The most unfinished first, then the most connections. `about` NULL: all sockets in scope. Freed with array_free(). */
void programs_find(const struct moment *m, const struct judgement *j, const struct filter *about, program_rows *ret);
