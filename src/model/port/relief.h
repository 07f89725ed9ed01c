/* What would give a budget more ports, and how many: each answer is counted by the model as if the setting were made.
 * Pure. */
#pragma once
#include "model/forecast.h"

struct port_relief {
	uint32_t netns;
	struct port_budget budget; /* the one that it helps */
	const char *text;          /* "widen the range to 1024-65535: 36,280 more ports, 41 min at this rate" */
	const char *command;       /* NULL where there is none */
	const char *setting;       /* that the command sets; NULL: none */
	bool in_program;           /* the program must be changed for it */
};

struct port_reliefs {
	ARRAY(struct port_relief) rows;
};

/* Appends them, the best first, and before one what must be done first; texts live in `arena`. What would give nothing
 * is left out. */
void port_reliefs(const struct port_map *map, const struct port_budget *budget, struct arena *arena,
                  struct port_reliefs *ret);
/* What reserves them, too: "8080,9090". The setting is a list and is written as a whole: what is reserved already stays
 * in it. */
const char *port_reserve_command(const struct netns *n, const char *ports, struct arena *arena);
void port_reliefs_free(struct port_reliefs *reliefs);
