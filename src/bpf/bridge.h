/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who asked for a connection that another goroutine then opens: what bridge.bpf.c is told of a Go program, and what it
 * knows of a socket. net/http dials in a goroutine of its own, and net races one for each family of addresses; on the
 * stack of either there is no frame of the program's own. */
#ifndef UNFIN_BRIDGE_H
#define UNFIN_BRIDGE_H

#include "record.h"

enum { BRIDGE_ADDRESSES = 64, BRIDGE_HOOKS = 4 };

/* Functions whose entry tells, with the offset of each in the program's file; 0: this program has none. */
enum bridge_hook {
	BRIDGE_QUEUE,    /* net/http.(*Transport).queueForDial(t, w): w is wanted by this goroutine */
	BRIDGE_DIAL,     /* net/http.(*Transport).dialConnFor(t, w): this one gets w */
	BRIDGE_PARALLEL, /* net.(*sysDialer).dialParallel(sd): may start goroutines for sd */
	BRIDGE_SERIAL,   /* net.(*sysDialer).dialSerial(sd): this one dials for sd */
};

struct record_bridge_program {
	__u64 entry[BRIDGE_HOOKS];    /* offsets in the file */
	__u64 dial_first, dial_end;   /* addresses of the code of dialConnFor */
	__u64 racer_first, racer_end; /* and of what dialParallel starts */
};

/* Return addresses of those who asked, the innermost first. */
struct record_bridge {
	__u32 count;
	__u32 padding;
	__u64 at[BRIDGE_ADDRESSES];
};

_Static_assert(sizeof(struct record_bridge_program) == 64, "record_bridge_program");
_Static_assert(sizeof(struct record_bridge) == 520, "record_bridge");
#endif
