/* What calls in JavaScript made the connections of Node processes: node.bpf.c on two entries of libuv. It is loaded
 * when the first Node process is added, and gone with the last descriptor. */
#pragma once
#include "bpf/node.h"
#include "base/util.h"

struct nodes;

struct nodes *nodes_new(void);
void nodes_free(struct nodes *n); /* NULL is fine */

/* Hooks this process, and no other one that runs the same file. `path`: of the file that has libuv, as we see it.
 * 0, also if it is hooked already, or -errno; -ENOSPC: too many have a place. */
int nodes_add(struct nodes *n, uint32_t pid, const char *path, const struct record_node_program *program);
bool nodes_refused(const struct nodes *n, uint32_t pid); /* it found no place */
bool nodes_any(const struct nodes *n);                   /* was one added? */
bool nodes_has(const struct nodes *n, uint64_t cookie);
/* Of the socket with this cookie. 0 or -ENOENT. */
int nodes_find(const struct nodes *n, uint64_t cookie, struct record_javascript *ret);
/* In a forked child: lets go of the kernel's programs, which stay the parent's. */
void nodes_leave(struct nodes *n);
