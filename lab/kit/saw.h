/* A caller that forgets its connections and has a garbage collector: their number goes up and down like a saw. */
#pragma once
#include "lab/kit/role.h"

struct saw {
	unsigned low, high; /* what is left when the collector has run; what makes it run */
};

struct saw saw_of(uint64_t seed);
/* One call after the other, each by a connection of its own, at a steady pace. */
void saw_run(struct role *r, const char *address) __attribute__((noreturn));
