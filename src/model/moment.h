/* A moment: everything that is known of this host at one time, the ground all judgement stands on. Gathered
 * by src/source (or read back from a file), const for all others. It owns its memory: one free.
 *
 * A moment has one look or two. The second look replaces the sockets; what the first one saw is folded into
 * their SOCKET_NEW… flags, and what is gone is kept as trails. */
#pragma once
#include "base/arena.h"
#include "base/array.h"
#include "address.h"
#include "index.h"
#include "process.h"
#include "site.h"
#include "socket.h"

/* What remains of a socket that has gone between two looks, or that its process has closed: as the first look
 * saw it. */
struct trail {
	uint64_t cookie;
	struct endpoint local, peer;
	uint32_t process; /* first holder's, index into processes; HOLDER_NONE */
	uint32_t netns;
	uint32_t age_min_ms;
	uint32_t acked_bytes, received_bytes, recv_q;
	uint8_t state, role, age_exact;
	uint8_t kept; /* the second look saw it again, closed by its process: TIME_WAIT, orphan */
};

enum failed_call { CALL_BIND, CALL_CONNECT, CALL_LISTEN, CALL_ACCEPT, CALL_SOCKET, CALL_SENDTO, CALL_COUNT };

/* A system call that was seen failing: one row for each (process, call, errno, target). What the same process came to
 * after it had failed first tells one that looks for something from one that cannot go on. */
struct failure {
	uint32_t process; /* index into processes */
	uint32_t netns;
	uint64_t count;
	uint64_t first_unix_ms, last_unix_ms;
	struct endpoint target; /* what bind or connect asked for; of listen and accept the socket's own */
	struct endpoint source; /* connect: what the program had bound before; port 0, the wildcard: it had not */
	uint64_t passed;        /* the same call, with this target; a connect() under way counts */
	uint64_t passed_last_unix_ms;
	uint64_t passed_elsewhere; /* with others; of bind() to a port: with another one, or listen() there */
	struct endpoint elsewhere; /* the last of these; port 0: not known */
	uint8_t call;              /* enum failed_call */
	uint8_t target_known;
	uint8_t many;  /* a row for all further targets of a process that has many: none of them is known */
	int32_t error; /* errno */
};

/* How many took how long, by powers of two: the first counts those below 1 ms, the next those below 2 ms, then 4, and
 * so on; the last one all above. */
enum { TIME_BUCKETS = 24 };

/* Closes of CLOSE_WAIT and FIN_WAIT2 sockets, seen as they happened: one row for each (process, end, state), and one
 * for all further ends of a process that has many. */
struct departure {
	uint32_t process; /* index into processes */
	uint32_t netns;
	bool unanswered; /* in FIN_WAIT2: we had finished, the peer had not */
	bool ended; /* by the end of the process, or of children of the same name: then `process` is their parent */
	uint32_t processes;        /* that ended so */
	struct endpoint end;       /* a client's peer; a server's own port, with no address; else port 0 */
	bool as_client, as_server; /* both: it is not known which */
	uint64_t count;
	uint64_t oldest_ms; /* how long after the FIN (FIN_WAIT2: its answer) the latest of them came, at least */
	uint64_t spread_ms; /* how much later than the soonest one */
	uint64_t burst;     /* so many, at most, were closed one right after the other */
	/* How long they had lain idle when the peer ended them, from the last data to its FIN: known of so many. */
	uint64_t idle_known, idle_low_ms, idle_high_ms;
	uint64_t delays[TIME_BUCKETS], idles[TIME_BUCKETS]; /* of `count`, of `idle_known`; all 0: not counted so */
};

/* What became of the connections of one end while counted: a row for each (process, end). Each that was opened ends
 * once: in one of the figures here, or closed after its peer, as a departure that is not `unanswered`. */
struct traffic {
	uint32_t process;          /* index into processes; HOLDER_NONE: nobody's, or nobody can tell whose */
	uint32_t netns;            /* NETNS_UNKNOWN: of the whole host */
	struct endpoint end;       /* a client's peer; a server's own port, with no address; else port 0 */
	bool as_client, as_server; /* both: it is not known which */
	bool others;               /* all further ends of this process, or of the host, that found no room */
	uint64_t opened;           /* a server's are nobody's: whoever accepts them */
	uint64_t first;            /* we sent our FIN before the peer's had come */
	uint64_t after;            /* after the peer, without room among the departures */
	uint64_t reset;            /* by the peer, or given up by the kernel */
	uint64_t aborted;          /* by us, without a FIN */
	uint64_t unaccepted;       /* ended before it was accepted */
	/* connect() came to nothing: ECONNREFUSED, ETIMEDOUT, E{HOST,NET}UNREACH, EADDRNOTAVAIL, closed meanwhile, else
	 */
	uint64_t refused, timed_out, unreachable, no_port, given_up, failed;
	uint64_t left; /* how many of these were closed by the end of a process */
};

/* Connections that a client ended before their peer did, while watched: one row for each (process, destination).
 * Their TIME_WAITs have no process any more. */
struct first_close {
	uint32_t process; /* index into processes */
	uint32_t netns;
	struct endpoint peer; /* port 0: all further ones of a process that has many */
	uint64_t count;
};

/* A thread that did not run while watched and is in a system call that waits for a socket: a row for each socket. None
 * of a thread that waits for many at once, as event loops do. */
struct awaited {
	uint32_t process; /* index into processes */
	uint32_t tid;
	uint32_t socket;  /* index into sockets */
	uint32_t inode;   /* of that socket */
	uint32_t among;   /* so many sockets it waits for at once; 1: for this one alone */
	bool writes;      /* it waits to send, or to be connected; else for data, or for a connection to accept */
	const char *call; /* "recvfrom" */
};
typedef ARRAY(struct awaited) awaited_list;

/* The connections to one destination that get their source from this namespace (SNAT, masquerade), as conntrack has
 * them: each needs a port of its own there, until conntrack forgets it, and that is later than its socket. */
struct translation {
	uint32_t netns;               /* that translates */
	struct endpoint source;       /* what the peer sees; port 0: each connection has its own */
	struct endpoint destination;  /* what the peer's own address is */
	uint16_t zone;                /* of conntrack: ports are unique within one */
	uint16_t port_low, port_high; /* the lowest and the highest one that is held */
	uint32_t count;               /* connections, those that have this source without translation, too */
	uint32_t translated;          /* of them, those whose source is another in truth */
	uint32_t socketless;          /* of `count`, those without a socket in view: closed, or another host's */
	uint32_t by_state[STATE_COUNT];
};

/* A connection with a translation of addresses between its two ends, as conntrack has it: see crossing.h. */
struct crossing {
	uint32_t client, server; /* indexes of sockets; INDEX_NONE: that end is not in view */
};

/* Something that could not be seen. `what` completes "not seen: …". */
struct gap {
	const char *what, *why, *mend; /* mend: the command that helps, or NULL */
	bool names_only;               /* no fact is missing, only what people call it: complete all the same */
};

struct coverage {
	uint64_t sockets_seen; /* counted as the kernel counts: see coverage_judge() */
	uint64_t sockets_kernel;
	uint64_t tolerance; /* what opened and closed while we looked */
	ARRAY(struct gap) gaps;
};

struct window {
	uint64_t ms;           /* how long was watched; 0: one look only */
	uint64_t from_boot_ns; /* while a second look begins: when the earlier one had ended; else 0 */
	uint64_t before_ms;    /* closes have been watched for so long, the window included; 0: not at all */
	bool calls_watched;    /* failing calls were seen, so that no failure means none happened */
	bool closes_watched;   /* departures are all that happened; else only two looks tell (gone) */
	uint64_t calls_lost;   /* and closes: what found no room to be counted, a gap */
	bool interrupted;
};

/* Host-wide figures, from /proc. Zero `…_limit` means not known. */
struct host_limits {
	uint64_t files_used, files_limit;     /* fs.file-nr */
	uint64_t orphans_used, orphans_limit; /* sockstat orphan (of all namespaces), tcp_max_orphans */
	uint64_t tcp_pages, tcp_pages_limit;  /* sockstat mem, tcp_mem[2] */
	uint64_t conntrack_limit;
	uint64_t alloc; /* sockstat TCP: alloc, of all namespaces */
};

struct moment {
	struct arena *arena;
	const char *host, *boot_id, *kernel;
	uint64_t taken_unix_ms, taken_boot_ns; /* when all sockets had been read */
	uint64_t fleet_key_id;                 /* fleet_key_id() of the key of the sockets' sequences; 0: none */
	bool redacted;                         /* a kept one whose addresses are no addresses any more */
	bool scope_all;                        /* all namespaces were asked for; else those with in_scope */
	const char *source;                    /* which source saw it: bpf, sock_diag, file */
	ARRAY(struct socket) sockets;
	ARRAY(struct holder) holders;
	ARRAY(struct process) processes;
	struct index process_index;
	ARRAY(struct netns) netns;
	ARRAY(struct local_address) addresses; /* WANT_LIMITS; of namespaces that say addresses_known */
	ARRAY(struct trail) gone;
	ARRAY(struct failure) failures;
	ARRAY(struct departure) departures;
	ARRAY(struct departure) departures_before; /* before the window, where closes have been watched for longer */
	ARRAY(struct traffic) traffic;
	ARRAY(struct first_close) first_closes;
	awaited_list awaited;
	standing_list standings;                /* of processes that hang, the thread first that tells most */
	site_list sites;                        /* where sockets were opened, as far as that was followed */
	ARRAY(struct opening) openings;         /* of which of them that is known */
	ARRAY(struct translation) translations; /* WANT_TRANSLATIONS */
	ARRAY(struct crossing) crossings;       /* WANT_CROSSINGS */
	const char *recycle_set_in; /* a sysctl file that turns on tcp_tw_recycle, which the kernel does not have; or
	                               NULL */
	struct host_limits limits, limits_before; /* before: at the first look; the same if there was but one */
	ARRAY(const char *) narrowed;             /* what was left out on request, for a person; not kept */
	struct coverage coverage;
	struct window window;
};

struct moment *moment_new(void);
void moment_free(struct moment *m);
void moment_cleanup(struct moment **m);

/* Index of the process (pid, start time), added if new. Start times are compared in the 10 ms steps of
 * /proc/PID/stat, the coarsest of their sources. */
uint32_t moment_process(struct moment *m, uint32_t pid, uint64_t start_boot_ns);
bool moment_has_process(const struct moment *m, uint32_t pid, uint64_t start_boot_ns);
/* Index of the same process as that of another moment, added if new, with what a kernel event would tell of it. */
uint32_t moment_name(struct moment *m, const struct process *p);
/* The same with all that is known of it. PROCESS_NONE and the like stay what they are. */
uint32_t moment_move_process(struct moment *m, const struct moment *from, uint32_t process);
/* How long the process has run; 0 if that is not known. */
uint64_t moment_lived_ms(const struct moment *m, uint32_t process);
/* Index of the namespace with this inode, added if new. */
uint32_t moment_netns(struct moment *m, uint64_t inode);
uint32_t moment_move_netns(struct moment *m, const struct moment *from, uint32_t netns);
/* Adds a holder to the socket's list, in which the process that began first is the first; the same (process, fd) twice
 * is one. */
void moment_hold(struct moment *m, struct socket *s, uint32_t process, uint32_t fd);
void moment_gap(struct moment *m, const char *what, const char *why, const char *mend);
/* A gap of names_only. */
void moment_gap_names(struct moment *m, const char *what, const char *why);
/* Was all seen that a verdict may need? Found anew each time, so that no gap comes too late to count. */
bool moment_is_complete(const struct moment *m);

/* How many there are of each state; a Multipath TCP connection counts once, in the state its program sees. */
void moment_count_states(const struct moment *m, uint64_t ret[STATE_COUNT]);
/* The same of what stands in the kernel's table of connections: none that listens or is not connected, and of Multipath
 * TCP the subflows. */
void moment_count_table(const struct moment *m, uint64_t ret[STATE_COUNT]);

/* Facts that follow from the others: role, unowned, dead but held, what is awaited. Called by source_look(), when all
 * is there. */
void moment_derive(struct moment *m);
/* Finds the sockets of these rows by their inodes, and drops the rows of what is no socket of the moment's. */
void moment_find_awaited(const struct moment *m, awaited_list *list);

static inline const struct holder *moment_holder(const struct moment *m, uint32_t index)
{
	return index == HOLDER_NONE ? NULL : &m->holders.items[index];
}

static inline const struct process *moment_owner(const struct moment *m, const struct socket *s)
{
	const struct holder *h = moment_holder(m, s->first_holder);

	return h ? &m->processes.items[h->process] : NULL;
}

#define moment_each_holder(m, s, h)                                                                                    \
	for (const struct holder *h = moment_holder(m, (s)->first_holder); h; h = moment_holder(m, h->next))

const char *call_name(enum failed_call c); /* bind, connect, … */
