/* What `unfin ports` tells: the port range of each namespace, its budgets, when they end, and what a probe of
 * the kernel said of them. Pure but for the probes, which the command fills in. */
#pragma once
#include "relief.h"
#include "model/translation.h"

/* One port really taken and given back. */
struct port_probe {
	bool done, granted;
	int error; /* errno, where it was not granted; 0 */
	uint16_t port;
};

struct port_row {
	struct port_budget budget;
	struct forecast forecast;
	struct port_probe probe;
};

struct port_report {
	const struct moment *moment;
	const struct port_map *map;
	ARRAY(uint32_t) netns;                /* those in scope whose range is known */
	ARRAY(struct port_row) bind, connect; /* by namespace, those with least left first */
	struct port_reliefs reliefs;          /* by namespace */
	struct translation_list translations; /* by namespace, those with most in use first */
};

/* `most` rows a namespace and kind. Borrows the map. */
void port_report_begin(struct port_report *r, const struct port_map *map);
void port_report_add_all_binds(struct port_report *r, size_t most);
void port_report_add_all_connects(struct port_report *r, size_t most);
void port_report_add_all_translations(struct port_report *r, size_t most);
/* The rows that were asked for by name, in one namespace. */
void port_report_add_bind(struct port_report *r, uint32_t netns, const struct addr *source);
void port_report_add_connect(struct port_report *r, uint32_t netns, const struct addr *source,
                             const struct endpoint *destination);
/* What would give more ports, for the row of each kind and namespace that has least left, where half is used. */
void port_report_add_reliefs(struct port_report *r);
void port_report_free(struct port_report *r);

/* Does the kernel's answer fit the row? True where nothing was probed. */
bool port_row_agrees(const struct port_row *row);

/* Which processes take the ports of a budget: largest share first. */
struct port_share {
	uint32_t process; /* index, or UINT32_MAX: the kernel's (TIME-WAIT, orphans, unaccepted) */
	uint32_t count;
};
struct port_shares {
	ARRAY(struct port_share) rows;
};
void ports_shares(const struct port_map *map, const struct port_budget *budget, struct port_shares *ret);

/* The range in `cells` pieces of equal length: how many of the ports of each have an owner, in percent. */
void ports_picture(const struct port_map *map, uint32_t netns, uint8_t *ret_percent, size_t cells);
