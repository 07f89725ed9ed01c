/* Who asked for a connection that another goroutine opened, in Go programs that have net or net/http: bridge.bpf.c on
 * the entries of their functions. It is loaded when the first such program is added, and gone with the last descriptor.
 * Without it a place is not known; nothing else is lost. */
#pragma once
#include "bpf/bridge.h"
#include "base/util.h"

struct bridges;

struct bridges *bridges_new(void);
void bridges_free(struct bridges *b); /* NULL is fine */

/* Hooks this process, and no other one that runs the same file. 0 or -errno; -ENOSPC: too many have a place. */
int bridges_add(struct bridges *b, uint32_t pid, const struct record_bridge_program *program);
bool bridges_refused(const struct bridges *b, uint32_t pid); /* it found no place */
/* Programs that have nothing to hook, by a key that is never 0. */
void bridges_none(struct bridges *b, uint64_t program);
bool bridges_has_none(const struct bridges *b, uint64_t program);
/* Of the socket with this cookie. 0 or -ENOENT. */
int bridges_find(const struct bridges *b, uint64_t cookie, struct record_bridge *ret);
/* In a forked child: lets go of the kernel's programs, which stay the parent's. */
void bridges_leave(struct bridges *b);
