/* Events of connections, one after the other, as the kernel programs tell them; and their counts by program and end,
 * which are right also where events were lost. See src/bpf/watch.bpf.c. */
#pragma once
#include "hook.h"
#include "model/event.h"
#include "model/filter/filter.h"
#include "model/turnover.h"

struct watch;

/* Where it hangs. What is not attached, for whatever reason, is missing, and the rest does its work. */
enum watch_hook {
	WATCH_STATE,
	WATCH_DESTROYED,
	WATCH_RECEIVED,
	WATCH_FORKED, /* only of a family */
	WATCH_FREED,  /* likewise */
	WATCH_CALLS,
	WATCH_HOOKS
};

struct watch_request {
	const struct filter *filter; /* what it demands is asked of the kernel; who reads still has to match the rest */
	uint64_t netns;              /* inode of the only namespace; 0: all */
	bool events;                 /* else counts alone */
	bool family;                 /* only the process of watch_follow(), and what it starts */
	uint32_t ring_bytes;         /* a power of two of pages; 0: enough for most */
	uint32_t rows;               /* of the tables, 0: enough for most */
	struct hook_options hooks;
};

/* Begins to watch, with what hooks there are. `names` gets the processes and namespaces of the events; it stays the
 * caller's. 0, or -errno with what is not seen, and why. */
int watch_open(const struct watch_request *request, struct moment *names, struct watch **ret, struct gap *ret_why);
void watch_close(struct watch *w); /* NULL is fine */
void watch_cleanup(struct watch **w);

/* What is told from now on is named there. */
void watch_use_names(struct watch *w, struct moment *names);

/* A row each; one that was not to be attached has no `hook`. */
const struct hook_state *watch_hooks(const struct watch *w, size_t *ret_count);
bool watch_has(const struct watch *w, enum watch_hook hook);
/* This process, a child of ours, and all it starts from now on, are of the family. */
void watch_follow(struct watch *w, uint32_t pid);
/* Sockets that were there before: who holds them is taken for who opened them. Call it with a look that was taken after
 * watch_open(). */
void watch_seed(struct watch *w, const struct moment *look);

typedef void watch_sink(void *to, const struct event *e);
/* Hands out what has come since. 0 or -errno: a record is not one of ours. */
int watch_drain(struct watch *w, watch_sink *sink, void *to);
/* Does what the kernel counts match the filter to the last? Else its rows have more, and who reads must count himself
 * (turnover_take()): then events are told, whether asked for or not. */
bool watch_is_exact(const struct watch *w);
/* Appends the rows as they stand. 0 or -errno. */
int watch_count(struct watch *w, turnover_list *ret);
/* Moves the rows of programs that have ended out of the kernel's table, which then has room for others; and likewise
 * out of rows that were taken of events. If such a program counts once more, its row begins anew. 0 or -errno. */
int watch_give_back(struct watch *w, turnover_list *ret);
void watch_part_ended(const struct watch *w, turnover_list *rows, turnover_list *ret);
void watch_books(const struct watch *w, struct event_books *ret);
/* No more events; what is in the ring can still be drained. */
void watch_stop(struct watch *w);
