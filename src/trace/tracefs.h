/* Tracepoints by name, on hosts where nobody has mounted tracefs, too (most containers): it is mounted for us
 * alone, detached, and nothing of it shows on the host. */
#pragma once
#include "base/util.h"

struct bpf_program;
struct bpf_link;

/* A descriptor of tracefs' root, or -errno. The caller closes it. */
int tracefs_open(void);

/* Attaches a program to a tracepoint ("syscalls", "sys_exit_bind"). 0 or -errno; the link is the caller's. */
int tracefs_attach(int tracefs, const char *category, const char *name, const struct bpf_program *program,
                   struct bpf_link **ret);
