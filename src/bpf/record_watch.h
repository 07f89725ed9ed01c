/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What watch.bpf.c writes and src/trace/watch*.c read: events one by one, and their counts. As in record.h. */
#ifndef UNFIN_RECORD_WATCH_H
#define UNFIN_RECORD_WATCH_H
#include "record.h"

enum record_event_kind {
	RECORD_EVENT_OPENED = 1, /* connect() has come to a connection */
	RECORD_EVENT_ACCEPTED,
	RECORD_EVENT_FIN_RECEIVED,
	RECORD_EVENT_EOF_TOLD,
	RECORD_EVENT_SHUT_DOWN, /* a FIN was sent, and the descriptor is still held */
	RECORD_EVENT_CLOSED,
	RECORD_EVENT_RESET,
	RECORD_EVENT_FAILED,
	RECORD_EVENT_DESTROYED,
	RECORD_EVENT_ARRIVED, /* a connection waits to be accepted */
	RECORD_EVENT_KINDS,
};

enum record_event_flag {
	RECORD_EVENT_V6 = 1 << 0,
	RECORD_EVENT_FIN_CAME = 1 << 1, /* the peer had finished before */
	RECORD_EVENT_ENDED = 1 << 2,    /* closed by the end of its process */
	RECORD_EVENT_ABORTED = 1 << 3,  /* closed with a reset: data was left unread, or SO_LINGER 0 */
	RECORD_EVENT_AFTER = 1 << 4,    /* after_ns is known */
	RECORD_EVENT_FINISHED = 1 << 5, /* counted in RECORD_TURNOVER_FINISHED */
};

/* A process, at the time. All 0: not known, or none. */
struct record_actor {
	__u64 start_boot_ns;
	__u32 tgid, tid;
	__u32 uid, ppid;
	char comm[16];
};

struct record_event {
	__u64 boot_ns;
	__u64 cookie;
	__u64 cgroup;
	__u64 after_ns;
	__u8 local[16], peer[16];
	struct record_actor actor; /* who did it; what the peer did: as `maker` */
	struct record_actor maker; /* who opened or accepted it */
	__u32 netns;
	__s32 error;
	__u16 local_port, peer_port;
	__u8 kind;  /* enum record_event_kind */
	__u8 side;  /* enum record_side */
	__u8 call;  /* enum record_call, of RECORD_EVENT_FAILED */
	__u8 flags; /* enum record_event_flag */
};

/* Counts of one program at one end: a row. */
struct record_turnover_key {
	__u64 start_boot_ns;
	__u8 address[16]; /* a client's peer; zero else */
	__u32 tgid;
	__u32 netns;
	__u16 port; /* of the peer, or a server's own */
	__u8 side;  /* enum record_side */
	__u8 v6;
	__u8 padding[4];
};

enum record_turnover_count {
	RECORD_TURNOVER_OPENED,
	RECORD_TURNOVER_ACCEPTED,
	RECORD_TURNOVER_FINS,         /* the peer has finished first */
	RECORD_TURNOVER_CLOSED,       /* descriptors that were closed, by whomever */
	RECORD_TURNOVER_CLOSED_FIRST, /* of them: before the peer has finished */
	RECORD_TURNOVER_FINISHED,     /* of them: after one of FINS; the rest of those is left */
	RECORD_TURNOVER_RESET,
	RECORD_TURNOVER_FAILED,
	RECORD_TURNOVER_COUNTS,
};

struct record_turnover {
	__u64 counts[RECORD_TURNOVER_COUNTS];
	__u32 uid, ppid;
	char comm[16];
};

enum record_maker_flag {
	RECORD_MAKER_CONNECTED = 1 << 0,
	RECORD_MAKER_FIN = 1 << 1, /* counted in FINS */
	RECORD_MAKER_EOF = 1 << 2, /* the program was told */
	RECORD_MAKER_CLOSED = 1 << 3,
	RECORD_MAKER_FAILED = 1 << 4, /* told by the state of the socket: not by the call's exit, too */
	RECORD_MAKER_HELD = 1 << 5,   /* not its maker: who held it when the watch began */
	RECORD_MAKER_ENDED = 1 << 6,  /* the peer had finished before the watch began */
	RECORD_MAKER_SHUT = 1 << 7,   /* our FIN was sent before the peer's came */
	RECORD_MAKER_DEAD = 1 << 8,   /* in CLOSE while a descriptor holds it: only close() can destroy it */
};

/* Who opened or accepted a socket, by its cookie. */
struct record_maker {
	struct record_turnover_key row;
	__u64 since_boot_ns; /* connect() was called; then: it is open */
	__u64 fin_boot_ns;   /* 0: none yet, or not known */
	__u32 tid;
	__u32 flags; /* enum record_maker_flag */
	__u32 uid, ppid;
	char comm[16];
};

/* What an event must have to be of interest; zero: anything. */
struct record_narrow {
	__u64 cgroup;
	__u8 local[16], peer[16];
	char comm[16];
	__u32 tgid;
	__u32 netns;
	__u16 local_port, peer_port;
	__u8 local_bits, peer_bits; /* of the addresses, from their start */
	__u8 family;                /* processes of the table `family` alone */
	__u8 padding[1];
};

/* Events that are not told one by one, by reason. */
enum record_loss {
	RECORD_LOSS_RING,  /* the ring was full */
	RECORD_LOSS_MAKER, /* told, but the table of makers was full: nobody is named */
	RECORD_LOSS_ROW,   /* counted, but not by program: no row was left */
	RECORD_LOSSES,
};

_Static_assert(sizeof(struct record_actor) == 40, "record_actor");
_Static_assert(sizeof(struct record_event) == 160, "record_event");
_Static_assert(sizeof(struct record_turnover_key) == 40, "record_turnover_key");
_Static_assert(sizeof(struct record_turnover) == 88, "record_turnover");
_Static_assert(sizeof(struct record_maker) == 88, "record_maker");
_Static_assert(sizeof(struct record_narrow) == 72, "record_narrow");
#endif
