/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What calls in JavaScript made a connection: what node.bpf.c is told of a Node process, and what it keeps of a socket.
 * Node calls connect() from its event loop, when nothing of the program is on the stack any more. But the handle is
 * made while the program waits for it (uv_tcp_init of libuv), and the same handle is given to uv_tcp_connect. A
 * server's is made in the same way, and given to uv_listen. */
#ifndef UNFIN_NODE_H
#define UNFIN_NODE_H

#include "capture.h"

enum { NODE_CALLS = 64, NODE_BEFORE = 64 };

/* Offsets in V8's objects, as pointers to them have it: less the tag. */
struct record_node_program {
	__u64 init, connect, listen; /* offsets in the file of libuv: uv_tcp_init, uv_tcp_connect and uv_listen */
	__u32 shared_at;             /* in a JSFunction: the SharedFunctionInfo */
	__u32 scope_at;              /* in that: name or ScopeInfo */
	__u32 script_at;             /* and the Script */
	__u32 positions_at;          /* in a BytecodeArray: the table of positions */
	__u32 type_at;               /* in a Map: what its objects are */
	__u32 script_type;           /* of a Script */
};

/* A call, as node->bytes: NODE_BEFORE bytes before the frame pointer, what it points to (the caller's frame pointer and
 * address), and where the words of the frame lead: what stands there may be moved as soon as the program runs on. */
struct node_call {
	__u64 before[NODE_BEFORE / 8];
	__u64 caller, address;
	__u64 shared, scope, script, positions;
};

struct record_javascript {
	__u32 count;
	__u32 cut; /* there were more */
	struct record_node calls[NODE_CALLS];
};

_Static_assert(sizeof(struct record_node_program) == 48, "record_node_program");
_Static_assert(sizeof(struct node_call) == CAPTURE_NODE_BYTES, "node_call");
_Static_assert(sizeof(struct record_javascript) == 7688, "record_javascript");
#endif
