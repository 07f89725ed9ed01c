/* What would give a budget more ports, and how many: each answer is counted by the model as if the setting were made.
 * Pure. */
#pragma once
#include "model/forecast.h"

struct port_relief {
	uint32_t netns;
	struct port_budget budget; /* the one that it helps */
	const char *text;          /* "widen the range to 1024-65535: 36,280 more ports, 41 min at this rate" */
	const char *command;       /* NULL where there is none */
	bool in_program;           /* the program must be changed for it */
};

struct port_reliefs {
	ARRAY(struct port_relief) rows;
};

/* Appends them, the best first; texts live in `arena`. What would give nothing is left out. */
void port_reliefs(const struct port_map *map, const struct port_budget *budget, struct arena *arena,
                  struct port_reliefs *ret);
void port_reliefs_free(struct port_reliefs *reliefs);
