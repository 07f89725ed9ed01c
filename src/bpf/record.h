/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the kernel programs write and src/source, src/trace read: fixed widths, explicit padding, asserted
 * sizes. Addresses are 16 bytes (v4 as ::ffff:a.b.c.d), ports in host order, times in jiffies or boot ns. */
#ifndef UNFIN_RECORD_H
#define UNFIN_RECORD_H

#ifndef __bpf__
#include <linux/types.h>
#endif

/* Where the number of a process in the tool's pid namespace stands; all 0: it is the kernel's own. */
struct record_pid_namespace {
	__u32 inode;
	__u32 level_at, numbers_at; /* in struct pid */
	__u32 inode_at;             /* in struct pid_namespace */
};

enum record_kind {
	RECORD_TASK = 1, /* the table of descriptors that the next RECORD_HELD belong to */
	RECORD_HELD,     /* a socket, seen through a descriptor */
	RECORD_TABLE,    /* a socket of the kernel's table that no descriptor need show */
	RECORD_KNOWN,    /* a socket of the table that has a file: facts come with RECORD_HELD */
	RECORD_LOOSE,    /* as RECORD_TABLE, seen without a lock; cookie 0: it has none yet */
	RECORD_DOOR,     /* a way into a network namespace */
};

struct record_task {
	__u32 kind;
	__u32 tgid;          /* this and all numbers of processes: see task.bpf.h */
	__u64 files;         /* struct files_struct: the same number is the same table */
	__u64 start_boot_ns; /* of the thread group's leader */
	__u32 tid;
	__u32 uid;
	__u32 shared; /* the table is used by other processes, too */
	__u32 ppid;
	__u32 netns; /* the task's own, which need not be its sockets' */
	__u32 padding;
	char comm[16]; /* of the leader */
};

enum door_kind { DOOR_TASK = 1, DOOR_FILE, DOOR_SOCKET };

/* A task that is in a network namespace, or has a descriptor of it, or a socket that is in it. */
struct record_door {
	__u32 kind;
	__u32 door;  /* enum door_kind */
	__u32 netns; /* inode; DOOR_FILE: of a namespace of any type */
	__u32 tgid, tid;
	__u32 fd;
};

/* Where a socket without a descriptor hides: see hiding.bpf.c. */
struct record_hiding {
	__u32 kind; /* enum hiding */
	__u32 tgid;
	__u32 fd; /* of the AF_UNIX socket it is queued at, or of the io_uring */
	__u32 padding;
	__u64 cookie; /* HIDING_FLIGHT: of the TCP socket */
};

enum hiding { HIDING_FLIGHT = 1, HIDING_RING };

enum record_flag {
	RECORD_KEEPALIVE = 1 << 0,
	RECORD_BOUND_PORT = 1 << 1,
	RECORD_BOUND_ADDR = 1 << 2,
	RECORD_REUSEADDR = 1 << 3,
	RECORD_REUSEPORT = 1 << 4,
	RECORD_V6ONLY = 1 << 5,
	RECORD_TIMESTAMPS = 1 << 6,
	RECORD_WINDOW_ZERO = 1 << 7,
	RECORD_MPTCP = 1 << 8,
	RECORD_BUCKET = 1 << 9, /* fastreuse, fastreuseport were read */
	RECORD_TIMES = 1 << 10, /* since_…, read */
	RECORD_RECV_SHUT = 1 << 11,
	RECORD_SEND_SHUT = 1 << 12,
	RECORD_FILE = 1 << 13,       /* has a struct file */
	RECORD_SOCKET = 1 << 14,     /* has a struct socket */
	RECORD_DEAD = 1 << 15,       /* SOCK_DEAD: its process has closed it */
	RECORD_KERNEL = 1 << 16,     /* created by the kernel for itself */
	RECORD_V6 = 1 << 17,         /* family AF_INET6 */
	RECORD_TIME_WAIT = 1 << 18,  /* an inet_timewait_sock, whatever its state */
	RECORD_REQUEST = 1 << 19,    /* a request_sock */
	RECORD_DONE_FIN = 1 << 20,   /* SOCK_DONE: the peer's FIN arrived */
	RECORD_BOUND_DEV = 1 << 21,  /* bound to a device */
	RECORD_RECV_FULL = 1 << 22,  /* what is unread fills the window that we offer */
	RECORD_NOT_PROBED = 1 << 23, /* no keepalive probe can have gone out since the last data */
	RECORD_SUBFLOW = 1 << 24,    /* a part of an MPTCP connection that has a file, see RECORD_MPTCP */
	RECORD_PORT_LOST = 1 << 25,  /* its port was given back when it died: local_port is what it had */
	RECORD_VRF = 1 << 26,        /* its bind bucket is one of a VRF (l3mdev) */
	RECORD_SEQUENCE = 1 << 27,   /* snd_nxt, rcv_nxt were read */
};

struct record_socket {
	__u32 kind;
	__u32 fd;
	__u64 cookie;
	__u64 cgroup;
	__u8 local[16], peer[16];
	__u32 netns; /* inode of the namespace */
	__u32 inode;
	__u32 uid;
	__u32 flags; /* enum record_flag */
	__u32 recv_q, send_q;
	__u32 since_data, since_ack, since_sent; /* jiffies; TIME_WAIT: since_ack is its age in ms */
	__s32 timer_left;                        /* jiffies until the timer fires */
	__u32 acked, received;                   /* low halves of tcp_sock's totals; LISTEN: received is sk_drops */
	__u16 local_port, peer_port;
	__u8 state; /* as in include/net/tcp_states.h */
	__u8 timer; /* enum record_timer */
	__u8 retransmits, backoff;
	__s8 fastreuse, fastreuseport;
	__u16 requests; /* a listener: half-open ones, RECORD_REQUEST each */
	__u32 snd_nxt, rcv_nxt;
	__u8 padding[4];
};

enum record_timer {
	RECORD_TIMER_NONE,
	RECORD_TIMER_RETRANSMIT,
	RECORD_TIMER_KEEPALIVE,
	RECORD_TIMER_TIME_WAIT,
	RECORD_TIMER_PROBE
};

/* One row of the table of calls: who failed at what, for which target; error 0: who had failed before, and passed. */
struct record_call_key {
	__u32 tgid;
	__s32 error; /* errno, positive */
	__u64 start_boot_ns;
	__u8 address[16];
	__u32 netns;
	__u16 port;
	__u8 call;   /* enum record_call */
	__u8 target; /* enum record_target */
};

struct record_calls {
	__u64 count;
	__u64 first_boot_ns, last_boot_ns;
	/* connect(): what the program had bound before, the last time; zero where it had not */
	__u8 source[16];
	__u16 source_port;
	__u8 padding[6];
};

/* Who it was, as long as the process itself can be asked: it may have ended when its row is read. */
struct record_caller_key {
	__u64 start_boot_ns;
	__u32 tgid;
	__u32 padding;
};

enum { RECORD_COMMAND_BYTES = 256, RECORD_CGROUPS = 4, RECORD_CGROUP_BYTES = 96 };

struct record_caller {
	__u32 uid, ppid;
	__u32 failed_rows, passed_rows; /* of the table of calls */
	__u32 command_bytes;
	__u32 exe_device; /* as the kernel has it: MAJOR << 20 | MINOR */
	__u64 exe_inode;
	char comm[16];
	char command[RECORD_COMMAND_BYTES];                /* arguments, each with its NUL byte */
	char cgroups[RECORD_CGROUPS][RECORD_CGROUP_BYTES]; /* names: the innermost first */
};

enum record_call {
	RECORD_CALL_BIND,
	RECORD_CALL_CONNECT,
	RECORD_CALL_LISTEN,
	RECORD_CALL_ACCEPT,
	RECORD_CALL_SOCKET,
};

enum { RECORD_CALLS = RECORD_CALL_SOCKET + 1, RECORD_CALL_MARKS = 4096 };

/* What is kept of calls beside their tables. */
struct record_call_books {
	__u64 lost;                /* failures that found no row */
	__u32 tried[RECORD_CALLS]; /* by enum record_call: returns from trials that were seen */
	__u32 padding;
	__u8 marks[RECORD_CALL_MARKS]; /* by number of process, which several may share: has one failed? */
};

/* What a trial asks for (see returns.bpf.c): no descriptor and no protocol has this number. */
enum { RECORD_TRIAL = -1 };

enum record_target {
	RECORD_TARGET_NONE,
	RECORD_TARGET_V4,
	RECORD_TARGET_V6,
	RECORD_TARGET_MANY, /* further ones of a process that has a row for many already */
};

enum record_side {
	RECORD_CLIENT,
	RECORD_SERVER, /* known by its own port */
	RECORD_EITHER, /* not known: bound by bind(), or reset before it was closed */
	RECORD_OTHERS, /* all further ends of a process that has many: no end is told */
};

/* Whose connections, to which end: the key of all that is counted of them. */
struct record_end_key {
	__u32 tgid;
	__u32 netns;
	__u64 start_boot_ns;
	__u8 address[16]; /* a client's peer; zero else */
	__u16 port;
	__u8 side; /* enum record_side */
	__u8 v6;
	__u8 waited;     /* enum record_waited */
	__u8 ended;      /* by the end of the process; of a forked worker: its parent's row */
	__u8 generation; /* 0 or 1: rows of one are counted in, those of the other taken */
	__u8 padding;
};

/* What one process may take of a generation, so that a scan of all ports leaves room for others. */
enum { RECORD_ROWS_EACH = 256 };

enum record_waited { RECORD_CLOSE_WAIT, RECORD_FIN_WAIT2 };

/* Times by powers of two: the first is of those below 1 ms, the next below 2 ms, and so on; the last has all above. */
enum { RECORD_BUCKETS = 24 };

struct record_close {
	__u64 count;
	__u32 oldest, youngest; /* jiffies since the last ACK: the largest seen, and the smallest */
	__u32 idle_known;
	__u32 idle_low, idle_high; /* jiffies from the last data to the FIN, of idle_known of them */
	__u32 processes, last;     /* `ended`: how many did, and the number of the last */
	__u32 last_at, run, burst; /* jiffies of the last one; how many followed each other at once: now, and at most */
	__u64 delays[RECORD_BUCKETS], idles[RECORD_BUCKETS];
};

/* Why a connect() came to nothing. */
enum record_failure {
	RECORD_REFUSED,     /* ECONNREFUSED */
	RECORD_TIMED_OUT,   /* ETIMEDOUT */
	RECORD_UNREACHABLE, /* EHOSTUNREACH, ENETUNREACH */
	RECORD_NO_PORT,     /* EADDRNOTAVAIL */
	RECORD_GIVEN_UP,    /* closed while it was under way */
	RECORD_FAILED,      /* any other */
	RECORD_FAILURES,
};

/* What became of the connections of one end, a row each. Each that was opened ends once: `first`, `reset`, `aborted`,
 * `unaccepted` or `failed` here, or in CLOSE_WAIT, in the table of closes. tgid 0: nobody's, for it was never
 * accepted, or nobody can tell whose. */
struct record_counts {
	__u64 opened;  /* connect() was called; of a server: the handshake was completed, whoever accepts it (tgid 0) */
	__u64 first;   /* we sent our FIN before the peer's came */
	__u64 after;   /* closed after the peer, and found no room in the table of closes */
	__u64 reset;   /* by the peer, or given up by the kernel */
	__u64 aborted; /* by us: closed with data unread, or by SO_LINGER 0 */
	__u64 unaccepted; /* it ended before it was accepted */
	__u64 failed[RECORD_FAILURES];
	__u64 left; /* how many of these were closed by the end of a process */
	__u32 uid, ppid;
	__u32 rows, closes; /* of RECORD_OTHERS: how many rows its process has, here and in the table of closes */
	char comm[16];
};

/* What must be true of a socket so that it may be destroyed: see reclaim.bpf.c. */
struct record_doomed {
	__u64 netns_cookie;                    /* 0: not known */
	__u32 acked, received, recv_q, send_q; /* as in struct record_socket: none may have moved */
	__u32 quiet_least;                     /* jiffies since the last ACK, at least */
	__u32 references;                      /* to its struct file; 0: it has none */
	__u8 state;
	__u8 any_references; /* they are not known, and not asked */
	__u8 padding[2];
	__u32 answer; /* enum record_answer */
	__s32 error;  /* ANSWER_FAILED: errno */
	__u32 padding2;
};

enum record_answer {
	ANSWER_NONE, /* it was not met: there is no such socket any more */
	ANSWER_FITS, /* nothing speaks against it */
	ANSWER_DESTROYED,
	ANSWER_OTHER,     /* of another namespace */
	ANSWER_MOVED,     /* into another state */
	ANSWER_USED,      /* data or an ACK came, or the program read or wrote */
	ANSWER_HELD_ANEW, /* another descriptor refers to it, or one less, or a call uses it now */
	ANSWER_FAILED,
};

enum { RECORD_TARGETS = 65536 };

_Static_assert(sizeof(struct record_pid_namespace) == 16, "record_pid_namespace");
_Static_assert(sizeof(struct record_task) == 64, "record_task");
_Static_assert(sizeof(struct record_door) == 24, "record_door");
_Static_assert(sizeof(struct record_hiding) == 24, "record_hiding");
_Static_assert(sizeof(struct record_socket) == 128, "record_socket");
_Static_assert(sizeof(struct record_call_key) == 40, "record_call_key");
_Static_assert(sizeof(struct record_calls) == 48, "record_calls");
_Static_assert(sizeof(struct record_call_books) == 4128, "record_call_books");
_Static_assert(sizeof(struct record_caller_key) == 16, "record_caller_key");
_Static_assert(sizeof(struct record_caller) == 688, "record_caller");
_Static_assert(sizeof(struct record_end_key) == 40, "record_end_key");
_Static_assert(sizeof(struct record_close) == 432, "record_close");
_Static_assert(sizeof(struct record_counts) == 136, "record_counts");
_Static_assert(sizeof(struct record_doomed) == 48, "record_doomed");
#endif
