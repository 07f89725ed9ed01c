/* One TCP connection end as the kernel knows it, and who holds it. Plain facts, gathered by src/source.
 * At most 200 bytes a socket with its holder and its place in the index (contract, section 5). */
#pragma once
#include "addr.h"
#include "state.h"

enum socket_role { ROLE_UNKNOWN, ROLE_CLIENT, ROLE_SERVER, ROLE_LISTENER };

/* Why no process is named. Never one word for different things. */
enum unowned {
	UNOWNED_NO,           /* it has a holder */
	UNOWNED_TIME_WAIT,    /* closed by its process; the kernel keeps the 4-tuple for 60 s */
	UNOWNED_NOT_ACCEPTED, /* in a listener's accept queue: no struct socket yet */
	UNOWNED_REQUEST,      /* SYN_RECV: half a handshake */
	UNOWNED_ORPHAN,       /* closed by its process, the kernel still finishes it */
	UNOWNED_IN_FLIGHT,    /* a descriptor travels in an AF_UNIX message (SCM_RIGHTS) */
	UNOWNED_IO_URING,     /* registered with an io_uring, no descriptor */
	UNOWNED_KERNEL,       /* used by the kernel itself (NFS, iSCSI, …) */
	UNOWNED_HIDDEN,       /* there may be a process that we may not look into */
	UNOWNED_UNKNOWN,
	UNOWNED_COUNT,
};

/* Which timer runs (inet_diag's `timer`): what the kernel itself is waiting for. */
enum socket_timer { TIMER_NONE, TIMER_RETRANSMIT, TIMER_KEEPALIVE, TIMER_TIME_WAIT, TIMER_PROBE };

enum socket_flag {
	SOCKET_HAS_FILE = 1 << 0,   /* a struct file exists: some descriptor did or does refer to it */
	SOCKET_KEEPALIVE = 1 << 1,  /* SO_KEEPALIVE */
	SOCKET_BOUND_PORT = 1 << 2, /* bind() chose the port (SOCK_BINDPORT_LOCK) */
	SOCKET_BOUND_ADDR = 1 << 3, /* bind() chose the address (SOCK_BINDADDR_LOCK) */
	SOCKET_REUSEADDR = 1 << 4,
	SOCKET_REUSEPORT = 1 << 5,
	SOCKET_V6ONLY = 1 << 6,
	SOCKET_TIMESTAMPS = 1 << 7,       /* RFC 7323 timestamps were agreed */
	SOCKET_PEER_WINDOW_ZERO = 1 << 8, /* the peer has no room for our data */
	SOCKET_MPTCP = 1 << 9,            /* the msk of a Multipath TCP connection */
	SOCKET_EOF_UNREAD = 1 << 10,      /* CLOSE_WAIT, and the FIN has not been read (recv_q counts it) */
	SOCKET_BUCKET_KNOWN = 1 << 11,    /* fastreuse, fastreuseport are true facts */
	SOCKET_WAS_CONNECTED = 1 << 12,   /* state CLOSE now, but there was a peer: dead, and still held */
	SOCKET_RECV_SHUT = 1 << 13,       /* sk_shutdown: RCV_SHUTDOWN, SEND_SHUTDOWN */
	SOCKET_SEND_SHUT = 1 << 14,
	SOCKET_TIMES_KNOWN = 1 << 15, /* the since_… figures are facts, not zeros */
	/* What a window saw (two looks); never set after one look. */
	SOCKET_NEW = 1 << 16,       /* was not there at the first look */
	SOCKET_STATE_NEW = 1 << 17, /* was in another state at the first look */
	SOCKET_SENT = 1 << 18,      /* the peer acknowledged data meanwhile */
	SOCKET_RECEIVED = 1 << 19,  /* data arrived meanwhile */
	SOCKET_READ = 1 << 20,      /* the program read data meanwhile */
	SOCKET_DROPPED = 1 << 22,   /* a listener: it was refused connections meanwhile */
	/* Facts of one look again. */
	SOCKET_BOUND_DEV = 1 << 21,  /* SO_BINDTODEVICE: its 4-tuple does not hinder sockets without it */
	SOCKET_NOT_PROBED = 1 << 23, /* no keepalive probe can have gone out since the last data */
	SOCKET_FIN_CAME = 1 << 24,   /* SOCK_DONE: the peer has finished, also if the state does not show it any more */
	SOCKET_SUBFLOW = 1 << 25,    /* a part of a Multipath TCP connection that is told itself (SOCKET_MPTCP) */
	SOCKET_PORT_LOST = 1 << 26,  /* it died, and its port was given back: `local` is what it had */
	SOCKET_VRF = 1 << 27,        /* bound to a device of a VRF, which has ports of its own */
	SOCKET_RECV_FULL = 1 << 28,  /* what is unread fills the buffer: the peer has (next to) no window left */
};

#define HOLDER_NONE UINT32_MAX

struct socket {
	uint64_t cookie; /* with namespace and boot: the identity of a socket, TIME_WAIT included. 0: unknown */
	uint64_t cgroup; /* cgroup v2 id of the socket, 0 if unknown */
	struct endpoint local, peer; /* no peer: any address, port 0 */
	/* sequence_id() under the fleet's key, the same at the other end; 0: there is no key, or they were not seen.
	 * And what it was before the peer's FIN came; 0: none has come. */
	uint64_t sequence, sequence_unended;
	uint32_t inode; /* of the socket's file; 0 if it has none */
	uint32_t uid;
	uint32_t netns;         /* index into the moment's namespaces */
	uint32_t first_holder;  /* index into the moment's holders, HOLDER_NONE */
	uint32_t flags;         /* enum socket_flag */
	uint32_t recv_q;        /* bytes not yet read; a listener: connections waiting to be accepted */
	uint32_t send_q;        /* bytes not yet acknowledged; a listener: the most that may wait */
	uint32_t since_data_ms; /* last data received; at the earliest when it was established */
	uint32_t since_ack_ms;  /* last segment with ACK received; TIME_WAIT: since it began */
	uint32_t since_sent_ms; /* last data sent (the kernel's retries count, too) */
	uint32_t timer_ms;      /* until `timer` fires; TIME_WAIT: until it ends */
	uint32_t finished_ms;   /* since an earlier look saw that the peer had finished (its FIN); 0: none did */
	/* Low 32 bits of the connection's totals, for progress in a window. A listener's received_bytes are the
	 * connections it was refused by the kernel since it listens (sk_drops). */
	uint32_t acked_bytes, received_bytes;
	int8_t fastreuse, fastreuseport; /* of the bind bucket (inet_bind_bucket); -1: made by connect() */
	uint8_t state;                   /* enum tcp_state */
	uint8_t timer;                   /* enum socket_timer */
	uint8_t retransmits, backoff;
	uint8_t role;    /* enum socket_role */
	uint8_t unowned; /* enum unowned */
};

/* One table of descriptors that refers to a socket. Tasks that share one table are one holder. */
struct holder {
	uint32_t process; /* index into the moment's processes */
	uint32_t fd;
	uint32_t next; /* the socket's next holder, HOLDER_NONE */
};

/* Finished by the peer for so long and not closed, a connection counts as unfinished in the figures of a fleet: those
 * that a host sends, that a hub's store counts, and that are read back. Slow work has mostly ended by then. */
enum { UNFINISHED_MS = 60 * 1000 };

enum age_basis { AGE_UNKNOWN, AGE_RANGE, AGE_EXACT };

/* How long a socket has been in its state, as far as the kernel's own stamps tell. */
struct age {
	enum age_basis basis;
	uint64_t min_ms, max_ms; /* max_ms: UINT64_MAX where nothing bounds it */
};

struct age socket_age(const struct socket *s);
/* The largest class that is not more than that: 0, 1 s, 2 s, 5 s, 10 s … in steps that people count in. A heat map of
 * ages has a row a class. */
enum { AGE_CLASSES = 22 };
unsigned age_class(uint64_t age_ms); /* its number, from 0 */
uint64_t age_class_begins_ms(unsigned number);
static inline uint64_t age_class_ms(uint64_t age_ms)
{
	return age_class_begins_ms(age_class(age_ms));
}
/* How long since the peer has finished (its FIN): of CLOSE_WAIT, and of what died from there and is still held. The
 * reset that killed it moved no stamp. */
struct age socket_finished_age(const struct socket *s);

/* What a connection of Multipath TCP is known by here. An accepted one has the cookie of its listener, if anybody had
 * asked for that before (the kernel copies it: mptcp_sk_clone_init(), Linux 6.18), as every look does: so the inode of
 * its file goes in. Below 2^53, for JSON. */
uint64_t socket_mptcp_cookie(uint64_t cookie, enum tcp_state state, uint32_t inode);

/* The peer's FIN has come and has not been read: also of one that has died since. */
bool socket_eof_unread(const struct socket *s);

static inline bool socket_has(const struct socket *s, uint32_t flag)
{
	return (s->flags & flag) != 0;
}

const char *unowned_name(enum unowned u);  /* NULL for UNOWNED_NO */
const char *role_name(enum socket_role r); /* NULL for ROLE_UNKNOWN */
