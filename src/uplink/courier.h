/* Carries a batch to a hub over HTTPS (libcurl), and brings the answer. One connection, kept open. */
#pragma once
#include "base/text.h"

struct courier_plan {
	const char *url;                    /* https://hub.example:9780 */
	const char *ca, *certificate, *key; /* paths, or NULL: the system's authorities; no certificate */
	const char *token;                  /* NULL: none */
	uint64_t host_id;
};

struct courier;

struct courier_answer {
	long status;                         /* of HTTP; 0: there was none, and `what` says why */
	uint64_t retry_ms;                   /* the hub asks to wait so long; 0: it does not */
	uint32_t next_epoch;                 /* 409 */
	char what[256], why[256], mend[256]; /* "" where nothing is told */
};

/* The plan's texts are borrowed. */
struct courier *courier_new(const struct courier_plan *plan);
void courier_free(struct courier *c); /* NULL is fine */

/* Begins to send it. The batch is borrowed until its answer is there. */
void courier_send(struct courier *c, const struct text *batch);
/* Waits so long at most for the answer to that; false: it is not there yet. */
bool courier_wait(struct courier *c, uint64_t ms, struct courier_answer *ret);
/* How far this host's clock is ahead of the hub's: the best of several exchanges. False: it did not answer, within 5 s.
 * Not while something is being sent. */
bool courier_offset_ms(struct courier *c, int64_t *ret);
