/* What the agent says of itself in its run folder (agent.json), for whoever asks whether it is well. */
#pragma once
#include <stdint.h>

/* Between two looks, as it is now; 0: it cannot be read. */
uint64_t agent_file_interval_ms(const char *path);
/* A last moment that is older is late: three looks at the least should have come since. */
uint64_t agent_late_ms(uint64_t interval_ms);
