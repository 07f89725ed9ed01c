/* From the goroutine that opened a connection to the one that asked for it (see bpf/bridge.h). */
#pragma once
#include "bpf/bridge.h"
#include "golang.h"

/* Where the kernel is to hook this program, whose file begins at `start`. 0; -ENOENT: it has no such functions, or
 * calls them in another way (before 1.18). */
int golang_bridge(const struct golang *g, int fd, uint64_t start, struct record_bridge_program *ret);

/* True: the goroutine whose functions these are was started for another one by net or net/http. */
bool golang_is_helper(const struct frame *frames, size_t count);
