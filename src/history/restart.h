/* When a program was started before, as the agent has seen it: for what was changed between. */
#pragma once
#include "base/util.h"

struct restart {
	uint32_t pid;
	uint64_t started_ms; /* unix time at which this process was started */
	uint64_t before_ms;  /* out: at which its program was, the time before; 0: not seen */
	bool known;          /* out: the agent has seen it start */
};

/* Of the last day in the folder that has begun at that time. 0, or -errno: -ENOENT there is no history. */
int restarts_read(const char *folder, uint64_t now_ms, struct restart *restarts, size_t count);
