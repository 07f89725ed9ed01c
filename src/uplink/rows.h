/* From a moment and what it was judged to be, to the rows that a hub is sent. Pure. */
#pragma once
#include "row/row.h"
#include "known.h"
#include "model/keyed.h"
#include "rule/judgement.h"

struct rows_plan {
	const struct moment *moment;
	const struct judgement *judgement;
	uint64_t host_id;
	int64_t offset_ms; /* how far this host's clock is ahead of the hub's */
	bool offset_known; /* 0 else */
	const char *site;  /* as the administrator calls it, or NULL */
	struct known *known;
	uint64_t endpoints_sum; /* of the endpoints that were sent last; they are left out while they are the same */
	const struct keyed *releases_before; /* of the look before, NULL: this is the first */
	struct keyed releases;               /* out, whose the caller is: services' releases, and when they were seen */
};

enum {
	ROWS_IDLE_MS = 5 * 60 * 1000, /* established, and nothing has come or gone for so long. Half the time after
	                                 which a missing other end is held to be gone: that one has been told by then */
	ROWS_IDLE_MOST = 5000,        /* beyond it they are sampled */
	ROWS_SUSPECTS_MOST = 100000,
};

/* All classes. Texts are the moment's, the judgement's or `arena`'s. Each look is told, the host with it. */
void rows_fill(struct rows_plan *plan, struct arena *arena, struct row_set *ret);

/* Parts of it. `lost`, and what rows_add_endpoints() returns: rows that found no room. */
struct rows_suspects {
	uint8_t sample_k;
	uint32_t lost;
};

struct rows_suspects rows_add_suspects(const struct rows_plan *p, struct arena *arena, struct row_set *ret);
void rows_add_rollups(const struct rows_plan *p, struct arena *arena, struct row_set *ret);
void rows_add_findings(const struct rows_plan *p, struct arena *arena, struct row_set *ret);
void rows_add_events(const struct rows_plan *p, struct arena *arena, struct row_set *ret);
void rows_add_releases(struct rows_plan *p, struct arena *arena, struct row_set *ret); /* after the other events */
uint32_t rows_add_endpoints(struct rows_plan *p, struct arena *arena, struct row_set *ret);

/* The time of the moment, by the hub's clock; and another one of it. */
uint64_t rows_time_ms(const struct rows_plan *p);
uint64_t rows_correct_ms(const struct rows_plan *p, uint64_t unix_ms);
const char *rows_service(const struct process *p, struct arena *arena); /* NULL for NULL */
/* NULL for NULL. */
const char *rows_release(const struct process *p);
/* A text that a hub takes: clean and no longer than a name may be. */
const char *rows_name(const char *text, struct arena *arena);
