/* What each moment says of itself, beside its ends: budgets that run out, and findings. Judged where it was seen, added
 * up here. */
#pragma once
#include "fleet.h"
#include "rule/judgement.h"

/* Ports of a host to one destination, of which half or more is used. */
struct fleet_budget {
	uint32_t look;
	struct addr source;
	struct endpoint destination;
	uint32_t used, usable;
	bool ends_known;
	double ends_s;
};

/* Unfinished connections of one program, as the host's own moment has them. */
struct fleet_leak {
	uint32_t look, service;
	const char *cause;
	uint64_t count, oldest_ms;
	bool growth_known;
	double growth_per_min;
};

typedef ARRAY(struct fleet_leak) fleet_leaks;

struct fleet_takings {
	ARRAY(struct fleet_budget) budgets;
	fleet_leaks leaks;
};

/* Of the moment that was added last. */
void takings_add_ports(struct fleet_takings *t, const struct fleet *f, const struct moment *m);
void takings_add_findings(struct fleet_takings *t, struct fleet *f, const struct moment *m,
                          const struct request *request);
void takings_free(struct fleet_takings *t);

/* All of one service, over its hosts. */
struct fleet_service {
	uint32_t service, hosts;
	uint64_t unfinished, oldest_ms;
	bool growth_known;
	double growth_per_min;
	const char *cause; /* of most of them, as the host alone sees it */
	uint64_t of_cause;
	bool judged;      /* both ends of some of them are known: */
	uint8_t verdict;  /* enum pair_verdict, of most of those */
	uint32_t of_pair; /* how many have it */
};
typedef ARRAY(struct fleet_service) fleet_services;
/* The newest looks' alone, those with most first. The caller frees the array. */
void takings_services(const struct fleet_takings *t, const struct fleet *f, fleet_services *ret);
