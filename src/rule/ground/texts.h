/* Words for numbers, processes and places, in the judgement's arena. */
#pragma once
#include "rule/inquiry.h"

const char *duration_text(struct inquiry *q, uint64_t ms); /* "42 s" */
/* "5 s to 42 s", or "5 s" where both ends read alike. */
const char *range_text(struct inquiry *q, uint64_t low_ms, uint64_t high_ms);
const char *count_text(struct inquiry *q, uint64_t count);              /* "1,224" */
const char *connections_text(struct inquiry *q, uint64_t count);        /* "1,224 connections", "1 connection" */
const char *process_text(struct inquiry *q, uint32_t process);          /* "fetch-profiles[812]" */
const char *endpoint_text(struct inquiry *q, const struct endpoint *e); /* "127.0.0.1:80" */
const char *addr_text(struct inquiry *q, const struct addr *a);         /* "127.0.0.1" */
const char *bind_text(struct inquiry *q, const struct addr *a);         /* "bind(port 0) on [::]" */

/* "is", "are": what follows a count. */
static inline const char *is_are(uint64_t count)
{
	return count == 1 ? "is" : "are";
}

/* The command that would settle what this look could not: it watches for longer than was watched now, and for at least
 * `needed_ms`. */
const char *longer_watch(struct inquiry *q, uint64_t needed_ms);
