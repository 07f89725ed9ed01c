/* What is made of single rows of a hub's store, once its hosts and looks are known (fleet_hub.c). */
#pragma once
#include "fleet_hub.h"
#include "model/keyed.h"
#include "row/question.h"

/* A host that was heard of in the last day. */
struct hub_heard {
	uint64_t id, last_ms, named_ms;
	const char *name;
	uint32_t host; /* FLEET_NONE: it is silent */
};

struct hub_look {
	uint32_t host;
	struct look_row row;
};

/* The newest that was told of one finding. */
struct hub_told {
	uint64_t key, updated_ms;
	bool over;
	struct fleet_leak leak;
};

/* Ports used to one destination at one minute. */
struct hub_use {
	uint32_t host, minute, used, usable;
	uint64_t netns;
	struct endpoint destination;
};

struct hub_reading {
	struct fleet_files *files;
	struct fleet *fleet;
	const struct fleet_want *want;
	struct row_source source;
	size_t missed; /* parts of it that did not answer, and were told of */
	uint64_t now_ms;
	uint64_t newest_ms; /* of all looks, but for those of a time that is yet to come */
	uint64_t as_of_ms;  /* who is silent by then is told; now, or the newest look of a store that nobody feeds */
	ARRAY(struct hub_heard) heard;
	ARRAY(struct hub_look) looks;             /* as they come */
	ARRAY(struct row_look) newest, earlier;   /* of the fleet's looks, the newest of each host, and the others; */
	uint64_t newest_from_ms, earlier_from_ms; /* the oldest of both */
	ARRAY(struct row_id) ids;
	ARRAY(const char *) words;
	ARRAY(uint64_t) program_ms; /* of the fleet's programs: the look that told of it */
	ARRAY(struct hub_told) told;
	ARRAY(struct hub_use) uses;
	struct keyed heard_index, look_index, programs;
	struct keyed seen, told_index; /* suspects and places; findings */
	struct keyed gone;             /* hosts that were heard of before the last day */
	struct keyed asked_ids;
};

int hub_ask(struct hub_reading *in, const struct row_asked *asked, row_visitor *visit);
/* What the question is about, of the newest looks. */
int hub_read_ends(struct hub_reading *in);
/* Once they are joined: what the earlier looks have of what is said to be gone; it is to be judged again then. */
int hub_read_earlier(struct hub_reading *in);

/* NULL: it is silent, or was not heard of. */
const struct hub_heard *hub_heard_find(const struct hub_reading *in, uint64_t host_id);
uint64_t hub_look_key(uint32_t host, uint64_t at_ms);
/* Index of a look of the fleet's, or INDEX_NONE. */
uint32_t hub_look_find(const struct hub_reading *in, uint64_t host_id, uint64_t at_ms);

/* While files may be opened: jansson draws a number for its tables from /dev/urandom, once. */
void hub_rows_prepare(void);

row_visitor hub_visit_suspect, hub_visit_place, hub_visit_finding, hub_visit_ports;

/* After the last row. */
void hub_sort_ends(struct hub_reading *in);
void hub_add_leaks(struct hub_reading *in);
void hub_add_budgets(struct hub_reading *in);
