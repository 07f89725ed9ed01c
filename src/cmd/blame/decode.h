/* Captures of one process into stacks, each process in a confined child of its own. */
#pragma once
#include "base/arena.h"
#include "model/site.h"
#include "model/image.h"
#include "trace/captures.h"

struct decode_job {
	const struct record_capture *capture;
	struct stack *stack;                   /* out: in the arena; never NULL */
	const struct record_bridge *asked;     /* who asked for it, where another goroutine opened it; or NULL */
	const struct record_javascript *calls; /* what made it, in a Node process; or NULL */
};

typedef ARRAY(struct decode_job) decode_list;

/* All of them belong to the process `pid`. What could not be decoded says why. Takes 10 s at the most, and no time
 * after `end_ns` (CLOCK_MONOTONIC): many processes may be so made that each takes all it is given. `captures`: theirs,
 * or NULL. */
void decode_process(uint32_t pid, decode_list *jobs, uint64_t end_ns, struct captures *captures, struct arena *arena);

/* Where the interpreter of this process keeps its frames. 0, or -errno: -ENOTSUP it has none that is known,
 * -ETIMEDOUT it did not answer. */
int decode_walk(uint32_t pid, struct captures *captures, struct record_walk *ret);

/* Where this process tells who asks for connections. 0 or -ENOENT: it is no Go program, or has no such place. */
int decode_bridge(uint32_t pid, struct captures *captures, struct record_bridge_program *ret);

/* The files of this process that have no lines, nor a file of debugging information here, if it is a native one. 0 or
 * -ENOTSUP: there are none. */
int decode_missing(uint32_t pid, struct captures *captures, struct image_debugs *ret);

enum { DECODE_PATH = 96 };

/* Where this process makes and connects handles, and the path of the file with that. 0 or -ENOTSUP: it is no Node, or
 * none that is known. */
int decode_node(uint32_t pid, struct captures *captures, struct record_node_program *ret, char path[DECODE_PATH]);
