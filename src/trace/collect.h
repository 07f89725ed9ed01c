/* Between the files of this room: what was watched, and how its rows become facts. */
#pragma once
#include "events.h"
#include "events.load.h"

struct events {
	struct events_bpf *programs;
	uint64_t boot_offset_ns; /* of our time namespace */
};

bool events_in_scope(const struct moment *m, uint32_t netns);
/* Of a row: v4 as ::ffff:a.b.c.d, all zero: none. */
struct endpoint events_endpoint(const uint8_t address[16], uint16_t port, bool v6);
/* Failing calls into the moment's failures, with what became of them. */
void calls_collect(const struct events *e, struct moment *m);
