/* What `unfin check` and `unfin stacks`, its child, say to each other: one question of fixed size, and an answer of
 * rows. */
#pragma once
#include "model/site.h"
#include "model/socket.h"

enum { LINES_THREADS = 12, LINES_SOCKETS = 1024 };

/* A process that hangs. */
struct lines_thread {
	uint64_t start_boot_ns;
	uint32_t pid, tid;
	uint32_t spins; /* it runs all the time, else it waits */
	uint32_t unused;
};

/* One that somebody has not finished. */
struct lines_socket {
	uint64_t cookie;
	uint64_t start_boot_ns; /* of the process that holds it */
	uint32_t pid;
	uint32_t accepted; /* it came in by a listener, as far as a look can tell */
	struct endpoint local, peer;
};

struct lines_question {
	uint32_t thread_count, socket_count;
	struct lines_thread threads[LINES_THREADS];
	struct lines_socket sockets[LINES_SOCKETS];
};

enum lines_kind {
	LINES_STANDING, /* a struct standing and its stack: `process` is the number of the thread that was asked for */
	LINES_SITE, /* a struct lines_site, its stack, where it was told of the end and where its listener was set up if
	               that is known, and the numbers of the sockets that were opened there */
	LINES_COMMIT,  /* a struct lines_commit: after all sites, for a history may be slow */
	LINES_CHANGES, /* a struct lines_changes, and `count` of struct lines_commit: the newest of them */
};

/* Before each row of the answer. */
struct lines_head {
	uint32_t kind;
	uint32_t count; /* of a site's sockets, or of commits */
};

struct lines_site {
	uint64_t start_boot_ns; /* of the process that opened them, which may not be the one that holds them */
	uint32_t pid;
	uint32_t accepted, inferred;
	uint32_t told, listened; /* another stack follows */
	uint32_t listened_port, unused;
	char comm[16];
};

struct lines_commit {
	uint32_t site; /* number of its row */
	uint32_t behind, uncommitted;
	int32_t offset_min;
	uint32_t listened, unused; /* that of the line where its listener was set up */
	uint64_t unix_s;
	char id[STACK_REVISION]; /* empty: not known, and then `why` */
	char author[80], subject[160], why[160];
};

/* See struct site_changes. */
struct lines_changes {
	uint64_t from_ms, to_ms;
	uint32_t site; /* number of its row */
	uint32_t count;
	char why[160]; /* not known; else empty */
};
