/* Where connections are opened: the stack of each thread that opens one, as capture.bpf.c froze it, kept by the cookie
 * of its socket for as long as a descriptor holds that. Nothing is decoded here: see src/blame. */
#pragma once
#include "base/array.h"
#include "bpf/capture.h"
#include "bridges.h"
#include "hooked.h"
#include "model/moment.h"
#include "nodes.h"

struct captures;

/* A program that was started meanwhile, in the order of time. */
typedef ARRAY(struct record_started) started_list;
/* A process of the family that has ended, likewise. */
typedef ARRAY(struct record_ended) ended_list;

struct capture_scope {
	uint32_t pid;   /* 0: all processes */
	uint64_t netns; /* inode; 0: all network namespaces */
	bool family;    /* only the process of captures_follow(), and what it starts */
};

/* Takes nothing yet but the programs that start. 0, or -errno and why this host does not let us (texts in `arena`). */
int captures_open(struct arena *arena, const struct capture_scope *scope, struct captures **ret, struct gap *ret_why);
/* Now, when it is told where the interpreters of those that run keep their frames. */
void captures_begin(struct captures *c);
/* This process, a child of ours, and all it starts from now on, are of the family. */
void captures_follow(struct captures *c, uint32_t pid);
/* Takes what has come; waits at most so long for the first. 0 or -errno: nothing more will come. -EINTR is no error. */
int captures_take(struct captures *c, int wait_ms);
/* The programs that were started since the last call; the caller frees the list. */
started_list captures_started(struct captures *c);
ended_list captures_ended(struct captures *c); /* the same */
/* From now on the frames of this process's interpreter are frozen, not its stack. 0 or -errno. */
int captures_walk(struct captures *c, uint32_t pid, const struct record_walk *w);

/* Of the socket with this cookie, with as much of its body as body_bytes says, until the next captures_take(). NULL: it
 * was not seen opening. */
const struct record_capture *captures_find(const struct captures *c, uint64_t cookie);

/* When its peer has finished (FIN), on our clock since boot. 0: that was not seen. */
uint64_t captures_finished_boot_ns(const struct captures *c, uint64_t cookie);

/* Of each socket that is held, and of each listener, in no order; likewise. What was not taken for there were too many
 * is not among them. */
void captures_each(const struct captures *c, void (*visit)(void *context, const struct record_capture *r),
                   void *context);

/* The same of where its program was told of its end (EOF) first: also NULL where the kernel does not say it (before
 * 6.3), or was told before the watch. */
const struct record_capture *captures_find_eof(const struct captures *c, uint64_t cookie);

/* The same of where a listener was set up, by its own cookie; also of one that has been closed since, unless many more
 * were set up after it. NULL: before the watch, where `listeners_lost` says 0. */
const struct record_capture *captures_find_listener(const struct captures *c, uint64_t cookie);

/* Who asked for connections in Go programs; the captures own it. */
struct bridges *captures_bridges(const struct captures *c);
/* What made them in Node processes; likewise. */
struct nodes *captures_nodes(const struct captures *c);
/* This process is one of either kind that found no place: so many programs live already. */
bool captures_refused(const struct captures *c, uint32_t pid);

enum { CAPTURES_ALIKE = 4 };
/* The last few connect()s of this process to that destination that came to nothing: when no port is left there are no
 * other openings. Fills at most CAPTURES_ALIKE, valid until the next captures_take(). */
size_t captures_failed_alike(const struct captures *c, uint32_t pid, const uint8_t peer[16], uint16_t port,
                             const struct record_capture **ret);

struct capture_counts {
	uint64_t opened,
	        skipped;         /* connections, and those of them whose stack was not taken, for there were too many */
	uint64_t kept;           /* held by a descriptor now */
	uint64_t lost;           /* no room in the ring, or in memory: they may have been anything */
	uint64_t listeners_lost; /* listeners that others have displaced since */
	uint64_t mean_ns;        /* what one cost its program */
};
struct capture_counts captures_count(const struct captures *c);

/* What else a forked child must let go of, which is the parent's: captures_leave() does it, too. */
void captures_also_leave(struct captures *c, void (*leave)(void *), void *context);
/* In a forked child: lets go of the kernel's ring and programs, which stay the parent's; what was taken stays. */
void captures_leave(struct captures *c);
void captures_close(struct captures *c); /* NULL is fine */
void captures_cleanup(struct captures **c);
