/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What capture.bpf.c freezes of a thread that opens a connection, and how it is told where an interpreter keeps its
 * frames. Only what will change is copied: registers with the stack, or the interpreter's own frames. What these point
 * to (code, line tables, names) stays, and is read when somebody asks. */
#ifndef UNFIN_CAPTURE_H
#define UNFIN_CAPTURE_H

#include "record.h"

enum {
	CAPTURE_REGISTERS = 36,
	CAPTURE_STACK_BYTES = 24576,
	CAPTURE_NODES = 48,
	CAPTURE_NODE_BYTES = 112,
	CAPTURE_PATH = 4, /* pointers to follow from the thread to its first frame, at most */
};

/* As ptrace has them, x86-64: struct user_regs_struct; arm64: struct user_pt_regs. */
enum capture_register {
	CAPTURE_X86_R15,
	CAPTURE_X86_R14,
	CAPTURE_X86_R13,
	CAPTURE_X86_R12,
	CAPTURE_X86_BP,
	CAPTURE_X86_BX,
	CAPTURE_X86_R11,
	CAPTURE_X86_R10,
	CAPTURE_X86_R9,
	CAPTURE_X86_R8,
	CAPTURE_X86_AX,
	CAPTURE_X86_CX,
	CAPTURE_X86_DX,
	CAPTURE_X86_SI,
	CAPTURE_X86_DI,
	CAPTURE_X86_ORIG_AX,
	CAPTURE_X86_IP,
	CAPTURE_X86_CS,
	CAPTURE_X86_FLAGS,
	CAPTURE_X86_SP,
	CAPTURE_X86_SS,
	CAPTURE_X86_COUNT,
};
enum { CAPTURE_ARM_SP = 31, CAPTURE_ARM_PC = 32, CAPTURE_ARM_COUNT = 34 };

/* Where an interpreter keeps the frames of the calling thread. All numbers come from a process that is not trusted:
 * they are only ever used to read its own memory, a bounded number of times. */
struct record_walk {
	__u64 root;       /* the address that all starts from */
	__u32 list_at;    /* root, +list_at, followed: an object that has the list of threads */
	__u32 threads_at; /* that, +threads_at, followed: the first thread */
	__u32 thread_next_at;
	__u32 thread_id_at;       /* equal to the thread pointer: it is the calling one */
	__u32 steps;              /* how many of path[] */
	__u32 path[CAPTURE_PATH]; /* from the thread: + path[i], followed */
	__u32 next_at;            /* in a frame: its caller */
	__u32 padding;
};

struct record_node {
	__u64 address;
	__u8 bytes[CAPTURE_NODE_BYTES];
};

enum record_capture_kind {
	CAPTURE_OPENED = 1, /* struct record_capture */
	CAPTURE_GONE,       /* struct record_gone: its last descriptor was closed */
	CAPTURE_STARTED,    /* struct record_started: a program was started in this process */
};

enum record_opening { CAPTURE_CONNECT = 1, CAPTURE_ACCEPT };

enum record_capture_flag {
	CAPTURE_KERNEL_THREAD =
	        1 << 0,           /* opened by a worker of the kernel's, io_uring's: it has no stack of a program */
	CAPTURE_WALKED = 1 << 1,  /* the body holds nodes, else a copy of the stack */
	CAPTURE_CUT = 1 << 2,     /* there were more frames than fit, or one could not be read */
	CAPTURE_SKIPPED = 1 << 3, /* its process opens too many: no body */
	CAPTURE_V6 = 1 << 4,
};

struct record_capture {
	__u32 kind;
	__u32 flags;
	__u32 tgid, tid;
	__u32 opening; /* enum record_opening */
	__u32 body_bytes;
	__u64 cookie;
	__u64 at_boot_ns, start_boot_ns; /* now; when the process was started */
	__u64 thread_pointer;
	__u64 registers[CAPTURE_REGISTERS];
	__u8 peer[16];
	__u16 peer_port;
	__u16 padding[3];
	char comm[16];
	union {
		struct record_node nodes[CAPTURE_NODES]; /* the innermost first */
		char stack[CAPTURE_STACK_BYTES];         /* from the stack pointer */
	} body;                                          /* so many bytes of it as body_bytes says */
};

struct record_gone {
	__u32 kind;
	__u32 padding;
	__u64 cookie;
};

struct record_started {
	__u32 kind;
	__u32 tgid;
	__u64 start_boot_ns;
};

_Static_assert(sizeof(struct record_walk) == 56, "record_walk");
_Static_assert(sizeof(struct record_node) == 120, "record_node");
_Static_assert(sizeof(struct record_capture) == 384 + CAPTURE_STACK_BYTES, "record_capture");
_Static_assert(sizeof(struct record_gone) == 16, "record_gone");
_Static_assert(sizeof(struct record_started) == 16, "record_started");
#endif
