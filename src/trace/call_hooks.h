/* How the end of bind, connect, listen, accept and socket is met, the cheapest way first:
 *  - where the kernel's function for the call returns, a row each. Nothing but these calls pays for it. All rows or
 * none: with the exit of one call watched, every call of the machine has paid already.
 *  - at the exits of their system calls, a row for all.
 * Both count alike, into the same tables (bpf/calls.bpf.h); one of both is loaded. */
#pragma once
#include "hook.h"
#include "events.load.h"
#include "returns.load.h"

enum { CALL_RETURNS = RECORD_CALLS, CALL_EXITS = 6 };

struct call_hooks {
	struct returns_bpf *by_returns; /* NULL: by exits */
	struct events_bpf *by_exits;
	struct hook_state returns[CALL_RETURNS]; /* why not, where it is by exits */
	struct hook_state exits;                 /* for all of them */
	int exit_links[CALL_EXITS];              /* -1: none */
	int calls_map, callers_map;
	struct record_call_books *books;
};

/* 0, or -errno: no programs could be loaded, and nothing is kept. What could not be attached tells so itself. */
int call_hooks_open(struct call_hooks *c, const struct hook_options *options);
void call_hooks_close(struct call_hooks *c);
/* What is used, or else what was tried last. */
const struct hook_state *call_hooks_used(const struct call_hooks *c, size_t *ret_count);
/* What a cheaper way failed by: NULL if it is used. */
const struct hook_state *call_hooks_refused(const struct call_hooks *c);
/* Ends of calls that were not met, for the kernel would have interrupted the program by itself. */
uint64_t call_hooks_missed(const struct call_hooks *c);
