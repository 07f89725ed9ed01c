/* An interpreter of scripts, as it is found in a process: where it keeps its frames (for the walker of capture.bpf.c),
 * and from frozen frames to functions, files and lines. One kind a language; what differs between versions is a row of
 * its table with its source. A version that has no row is declared, never guessed. */
#pragma once
#include "bpf/capture.h"
#include "memory.h"
#include "model/site.h"
#include "perl.h"
#include "php.h"
#include "python.h"
#include "ruby.h"
#include "symbols.h"
#include <errno.h>

struct interpreter_kind;

struct interpreter {
	const struct interpreter_kind *kind;
	struct record_walk walk;
	char version[16]; /* "3.11"; empty: not known */
	char why[160];    /* it is not read: what is missing */
	union {
		struct python python;
		struct php php;
		struct perl perl;
		struct ruby ruby;
	};
};

/* The process that it is looked for in. */
struct interpreter_place {
	const struct memory *memory;
	const struct symbols *symbols;
	const char *path; /* of the file that has its code */
};

struct interpreter_kind {
	const char *name, *known; /* "php"; the versions that are read: "8.2" */
	/* 0, or -ENOTSUP: `why` of what is returned says what would be needed. */
	int (*find)(const struct interpreter_place *place, struct interpreter *ret);
	/* The innermost first; returns how many. */
	size_t (*read)(const struct interpreter *in, const struct memory *m, const struct record_capture *capture,
	               struct frame *ret, size_t most);
	void (*judge)(struct frame *f); /* sets `own`, or whose code it is */
};

extern const struct interpreter_kind interpreter_python, interpreter_php, interpreter_perl, interpreter_ruby;

/* -ENOTSUP, and why. */
static inline int interpreter_refuse(struct interpreter *in, const char *why)
{
	snprintf(in->why, sizeof(in->why), "%s", why);
	return -ENOTSUP;
}

/* How many whole frames of an interpreter the capture has. */
static inline size_t interpreter_nodes(const struct record_capture *c)
{
	return MIN(c->body_bytes / sizeof(struct record_node), (size_t)CAPTURE_NODES);
}
