/* How long ago the peers of a finding have finished: the shape tells a leak from slow work. */
#pragma once
#include "finding.h"

struct ages {
	uint64_t known; /* sockets with an age */
	uint64_t exact;
	uint64_t youngest_ms, median_ms, oldest_ms; /* lower bounds */
	uint64_t eof_unread;                        /* the program has not even read the end */
};

struct ages ages_of(const struct moment *m, const uint32_t *sockets, size_t count);

/* Keeps those of f->sockets that are at least `ms` old (of unknown age: kept), and counts again. */
void finding_keep_older(const struct moment *m, struct finding *f, uint64_t ms);

/* "42 s", in the judgement's arena. */
const char *duration_text(struct judgement *j, uint64_t ms);
/* "fetch-profiles[812]" */
const char *process_text(struct judgement *j, const struct moment *m, uint32_t process);
