/* Between the files of this room: a watch that is under way, and what its records become. */
#pragma once
#include "watch.h"
#include "bpf/record_watch.h"
#include "watch.load.h"

enum { WATCH_EXITS = 5 };

struct watch {
	struct watch_bpf *programs;
	struct ring_buffer *ring;
	struct moment *names;
	struct hook_state hooks[WATCH_HOOKS];
	int exits[WATCH_EXITS];  /* links of the calls' program, -1: none */
	uint64_t boot_offset_ns; /* of our time namespace */
	uint64_t began_boot_ns, began_unix_ms;
	uint64_t consumed;
	uint64_t unseeded; /* sockets that were there before, and found no room in the table of makers */
	bool exact;        /* the programs tell apart all that was asked for */
	watch_sink *sink;  /* of the drain that runs */
	void *to;
};

/* What the programs can tell apart of what was asked for. True: that is all of it. */
bool watch_narrow(struct record_narrow *ret, const struct watch_request *request);
/* For libbpf's ring buffer: one record. 0 or -errno. */
int watch_take(void *watch, void *record, size_t size);
