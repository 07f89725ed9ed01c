/* The formats of /proc/net and of sysctl lists, as functions of their text: fed by files here, by a fuzzer in
 * tests/fuzz. Texts come from the kernel, but a container may lay its own files over them. */
#pragma once
#include "base/arena.h"

/* `TCP: inuse 5 orphan 0 …` (sockstat): the number after `name` on the line that starts with `row`. */
int proc_pair(const char *text, const char *row, const char *name, uint64_t *ret);
/* `Tcp: A B …` above `Tcp: 1 2 …` (snmp, netstat): the number below `name`. -ENOENT: not in this kernel. */
int proc_table(const char *text, const char *row, const char *name, uint64_t *ret);
/* `8080,9148,32000-32010`: a bitmap of 65536 bits in the arena, NULL if the list is empty. 0 or -EINVAL. */
int proc_port_list(const char *text, struct arena *arena, uint64_t **ret);
/* The numbers of a text, separated by blanks: at most `room`, returns how many. */
size_t proc_numbers(const char *text, uint64_t *numbers, size_t room);
/* A line of names above lines of hexadecimal numbers, one a CPU (stat/nf_conntrack): the sum of a column, 0 if it is
 * not there. */
uint64_t proc_hex_sum(const char *text, const char *name);
