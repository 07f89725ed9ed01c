/* Tracepoints by name, on hosts where nobody has mounted tracefs, too (most containers): it is mounted for us
 * alone, detached, and nothing of it shows on the host. */
#pragma once
#include "base/util.h"

/* A descriptor of tracefs' root, or -errno. The caller closes it. */
int tracefs_open(void);

/* Attaches a program to a tracepoint ("syscalls", "sys_exit_bind") until the link, which is the caller's, is closed;
 * bpf_get_attach_cookie() gives it `cookie`. 0 or -errno. */
int tracefs_attach(int tracefs, const char *category, const char *name, int program, uint64_t cookie, int *ret_link);
