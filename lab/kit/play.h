/* Parts that many programs play: one leaks, one keeps a pool, one loses patience. What is special about a
 * fault stays in its own file. All run for ever, and are ready from the start. */
#pragma once
#include "lab/kit/role.h"

/* Reads its answers and never closes, up to `most` connections. */
void play_leak(struct role *r, const char *peer, double per_s, unsigned most) __attribute__((noreturn));

/* Connects, asks, reads, closes: the client closes first and has the TIME_WAIT. Failures are counted. */
void play_short(struct role *r, const char *peer, double per_s) __attribute__((noreturn));

/* `size` connections (at most 1,000) that stay, with `queries_per_s` over all of them. One that the server
 * closed is closed and made anew when it is needed next. */
void play_pool(struct role *r, const char *peer, unsigned size, double queries_per_s) __attribute__((noreturn));

/* Connects and asks; closes when the answer is there, or when patience ends. At most 2,000 at a time; `most`
 * in all, 0: for ever. Counts: opened, closed, failed (connect() that did not succeed at once or in time). */
void play_impatient(struct role *r, const char *peer, double per_s, unsigned patience_ms, unsigned most)
        __attribute__((noreturn));

/* A server that cannot start: bind() to a fixed address, again and again. Sets SO_REUSEADDR if asked to.
 * Counts failed; one that succeeds is closed at once. */
void play_binder(struct role *r, const char *address, bool reuse) __attribute__((noreturn));

/* Binds "any address, any port" before it connects, as old HTTP clients do; counts what fails with EADDRINUSE. */
void play_bind_first(struct role *r, const char *peer, double per_s) __attribute__((noreturn));

/* Accepts `count` connections and reads their requests. Into `fds`. */
void play_accept(struct role *r, int listener, int *fds, unsigned count);
