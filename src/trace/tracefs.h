/* Tracepoints by name, on hosts where nobody has mounted tracefs, too (most containers): it is mounted for us
 * alone, detached, and nothing of it shows on the host. */
#pragma once
#include "base/util.h"

/* The end of a system call. */
struct call_exit {
	const char *name; /* "sys_exit_bind" */
	uint64_t cookie;  /* what bpf_get_attach_cookie() gives the program there */
};

/* Attaches one program to all of them, until the links, which are the caller's, are closed. 0, or -errno: those that
 * could not be attached any more are left as they were. */
int tracefs_attach_exits(int program, const struct call_exit *exits, size_t count, int *links);
