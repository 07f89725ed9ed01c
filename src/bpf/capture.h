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
	CAPTURE_PATH = 6, /* pointers to follow to the first frame, at most */
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

enum record_walk_flag {
	WALK_FROM_THREAD = 1 << 0, /* root is counted from the thread pointer */
	WALK_THREADS = 1 << 1,     /* on the path is a list of threads, of which the calling one is sought */
	WALK_LEAD = 1 << 2,        /* on the path is an object that is copied, too */
	WALK_ARRAY = 1 << 3,       /* frames stand side by side, else each one points to its caller */
	WALK_INDEXED = 1 << 4,     /* an array that grows upward; an index tells the newest one */
};

/* How to come to the frames of the calling thread of an interpreter: along pointers, from an address that is known
 * beforehand. All numbers come from a process that is not trusted: they are only ever used to read its own memory, a
 * bounded number of times. walk.h has what is done with them. */
struct record_walk {
	__u64 root;
	__u32 flags;              /* enum record_walk_flag */
	__u32 steps;              /* how many of path[] */
	__u32 path[CAPTURE_PATH]; /* address = what stands at address + path[i] */
	__u32 threads_after;      /* so many steps lead to the first thread */
	__u32 thread_next_at;
	__u32 thread_id_at; /* equal to the thread pointer: it is the calling one */
	__u32 lead_after;   /* so many steps lead to the object; not fewer than threads_after */
	__u32 lead_at;      /* in it: where the copy begins */
	__u32 index_at;     /* in the object that the last step leads away from: an int */
	__u32 stride;       /* WALK_ARRAY: from one frame to the next */
	__u32 next_at;      /* else, in a frame: its caller */
};

struct record_node {
	__u64 address;
	__u8 bytes[CAPTURE_NODE_BYTES];
};

enum record_capture_kind {
	CAPTURE_OPENED = 1, /* struct record_capture */
	CAPTURE_GONE,       /* struct record_gone: its last descriptor was closed */
	CAPTURE_STARTED,    /* struct record_started: a program was started in this process */
	CAPTURE_SAMPLED,    /* struct record_capture of a thread that runs, at any moment; no socket */
	CAPTURE_TOLD,       /* struct record_capture: its program was told of its end */
	CAPTURE_ENDED,      /* struct record_ended: a process of the family has ended */
	CAPTURE_LISTENED,   /* struct record_capture: connections may come in from now on */
	CAPTURE_FINISHED,   /* struct record_finished: its peer has finished (FIN) */
};

enum record_opening { CAPTURE_CONNECT = 1, CAPTURE_ACCEPT, CAPTURE_EOF, CAPTURE_LISTEN };

enum record_capture_flag {
	CAPTURE_KERNEL_THREAD =
	        1 << 0,           /* opened by a worker of the kernel's, io_uring's: it has no stack of a program */
	CAPTURE_WALKED = 1 << 1,  /* the body holds nodes, else a copy of the stack */
	CAPTURE_CUT = 1 << 2,     /* there were more frames than fit, or one could not be read */
	CAPTURE_SKIPPED = 1 << 3, /* its process opens too many: no body */
	CAPTURE_V6 = 1 << 4,
	CAPTURE_LED = 1 << 5,     /* `lead` is there */
	CAPTURE_STILL = 1 << 6,   /* the thread did not run meanwhile: its memory is as it was then */
	CAPTURE_CAME_IN = 1 << 7, /* by `listener`; 0: it has no cookie, and all that are set up meanwhile get one */
};

struct record_capture {
	__u32 kind;
	__u32 flags;
	__u32 tgid, tid;
	__u32 opening; /* enum record_opening */
	__u32 body_bytes;
	__u64 cookie;
	__u64 at_boot_ns, start_boot_ns; /* now; when the process was started */
	__u64 listener;                  /* of what was accepted: the cookie of what it came in by */
	__u64 start_stack;               /* as in /proc/PID/stat: the same in what was forked, without an exec since */
	__u8 peer[16];
	__u16 peer_port;
	__u16 padding[3];
	char comm[16];
	__u64 thread_pointer; /* one that is CAPTURE_SKIPPED ends before: there are many of these */
	__u64 registers[CAPTURE_REGISTERS];
	struct record_node lead; /* an object that the frames were found by */
	union {
		struct record_node nodes[CAPTURE_NODES]; /* the innermost first */
		char stack[CAPTURE_STACK_BYTES];         /* from the stack pointer */
	} body;                                          /* so many bytes of it as body_bytes says */
};

struct record_gone {
	__u32 kind;
	__u32 failed; /* it was never connected */
	__u64 cookie;
};

struct record_finished {
	__u32 kind;
	__u32 unused;
	__u64 cookie, at_boot_ns;
};

struct record_started {
	__u32 kind;
	__u32 tgid;
	__u64 start_boot_ns;
};

/* A thread as it was last in the kernel (threads.bpf.c): of one that waits, or may not run, all that it will go on
 * with.
 */
struct record_thread {
	__u32 tgid, tid;
	__u64 start_boot_ns; /* of its process */
	__u64 switches;      /* so often it has left a processor; still the same: it did not run */
	__u32 running;       /* it is on a processor now: the registers are old */
	__u32 padding;
	__u64 thread_pointer;
	__u64 registers[CAPTURE_REGISTERS];
	char comm[16];
};

_Static_assert(sizeof(struct record_thread) == 344, "record_thread");
struct record_ended {
	__u32 kind;
	__u32 tgid;
	__u64 start_boot_ns, at_boot_ns;
};

_Static_assert(sizeof(struct record_ended) == 24, "record_ended");
_Static_assert(sizeof(struct record_walk) == 72, "record_walk");
_Static_assert(sizeof(struct record_node) == 120, "record_node");
_Static_assert(sizeof(struct record_capture) == 520 + CAPTURE_STACK_BYTES, "record_capture");
_Static_assert(sizeof(struct record_gone) == 16, "record_gone");
_Static_assert(sizeof(struct record_finished) == 24, "record_finished");
_Static_assert(sizeof(struct record_started) == 16, "record_started");
#endif
