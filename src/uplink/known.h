/* Findings that a hub was told of and that go on: since when. It outlives this process. */
#pragma once
#include "base/arena.h"
#include "base/array.h"
#include "base/text.h"

struct known_finding {
	char *key;
	uint64_t opened_ms;
	bool seen; /* in this look */
};

struct known {
	ARRAY(struct known_finding) items;
	bool changed;
};

/* What has gone on for longer than a hub keeps findings, or was opened at a time that is yet to come (a clock was set
 * back): as a hub would keep it. Before all others of a look. */
void known_bring_near(struct known *k, uint64_t now_ms);
/* When it was opened: `now_ms` if it is new. Marks it as seen. */
uint64_t known_see(struct known *k, const char *key, uint64_t now_ms);
/* Forgets what was not seen since the last time; each is told. */
typedef void known_ended(void *context, const char *key, uint64_t opened_ms);
void known_end(struct known *k, known_ended *ended, void *context);

void known_write(const struct known *k, struct text *out);
void known_read(struct known *k, const char *text); /* what does not fit is left out */
void known_free(struct known *k);
