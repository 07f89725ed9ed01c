/* A time as people say it: `2h` (ago), `03:12` (the last one, by the clock of this host), `2026-11-30`,
 * `2026-11-30 03:12`, or with a Z at its end by UTC. */
#pragma once
#include "base/util.h"

/* 0 or -EINVAL. */
int when_parse(const char *text, uint64_t now_ms, uint64_t *ret_ms);
/* The same for an option: STATUS_OK, or STATUS_USAGE after having said what is wrong. */
int when_option(const char *name, const char *text, uint64_t now_ms, uint64_t *ret_ms);
