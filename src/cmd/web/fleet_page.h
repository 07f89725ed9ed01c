/* A fleet in the place of a host, for the page: its questions go to who has read it (fleet_reader.h). */
#pragma once
#include "fleet_reader.h"
#include "web/site.h"

struct fleet_page {
	struct attendant reader;
	uint64_t every_ms; /* of a hub's store: it is read again so often, when somebody asks; 0: never */
	uint64_t read_ns;  /* clock_monotonic_ns() */
	struct text words; /* behind a question, to ask the same on the command line */
};

/* Was a fleet asked for? */
bool fleet_page_is_asked(const struct options *o);
/* Reads it, and plans for it. STATUS_OK, or another after having said what is wrong. */
int fleet_page_plan(struct fleet_page *p, const struct invocation *in, struct fleet_plan *ret);
void fleet_page_free(struct fleet_page *p);
