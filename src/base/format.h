/* Numbers for people: few digits, a unit, no surprise. All append to a text. */
#pragma once
#include "text.h"
#include <time.h>

void format_count(struct text *t, uint64_t n);         /* 12,431 */
void format_duration(struct text *t, uint64_t ms);     /* 850 ms, 42 s, 3 min 12 s, 3 h 12 min, 4 d 2 h */
void format_short(struct text *t, uint64_t ms);        /* the same in one word: 850ms, 42s, 3m12s, 3h12m, 4d2h */
void format_bytes(struct text *t, uint64_t bytes);     /* 512 B, 1.5 KiB, 3.2 GiB */
void format_rfc3339(struct text *t, uint64_t unix_ms); /* 2026-11-22T12:18:03.123Z */
/* By the clock on the wall here, with what it is ahead of UTC. */
void format_local(struct text *t, uint64_t unix_ms);                        /* 2026-11-22 13:18:03 +0100 */
void format_local_near(struct text *t, uint64_t unix_ms, uint64_t near_ms); /* 13:18:03, if it is the same day */
