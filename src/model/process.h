/* A process: one table of descriptors' owner. Identity is (pid, start time), never pid alone. All texts
 * belong to the moment's arena; NULL means not known (not asked for, or not readable: see coverage). */
#pragma once
#include "activity.h"
#include "base/text.h"

/* A file that a process runs, as it was found at a look. */
struct program_file {
	bool known;
	uint64_t bytes, changed_ms; /* unix time of its last change */
	uint32_t content;           /* a number of what is in it: see identity.c; 0: not known */
};

struct process {
	uint64_t key;  /* pid and start time in one: see moment_process() */
	uint32_t pid;  /* as the tool's own pid namespace, that of its /proc, shows it */
	uint32_t ppid; /* 0 if outside of it */
	uint32_t uid;
	uint32_t netns;           /* index into the moment's namespaces, NETNS_UNKNOWN */
	uint64_t start_boot_ns;   /* CLOCK_BOOTTIME, as /proc/PID/stat's starttime */
	uint64_t start_unix_ms;   /* 0 if not known */
	uint64_t fd_limit;        /* RLIMIT_NOFILE, soft; 0 if not known */
	uint32_t fd_used;         /* open descriptors of any kind; 0 if not known */
	uint32_t fd_used_before;  /* at the first look of a window; 0 if not known */
	char comm[16];            /* of the thread group's leader */
	bool detailed;            /* the texts below were asked for */
	bool stopped;             /* SIGSTOP or a tracer's stop: all its threads, and for a while */
	bool frozen;              /* its cgroup is frozen */
	uint64_t still_ms;        /* so long none of its threads has run; 0: they run, or it is not known */
	struct activity activity; /* during the window, if it was sampled */
	const char *tracer;       /* "gdb[812]", if it is that who stopped it */
	const char *cmdline;      /* arguments joined by blanks */
	const char *exe;
	const char *cwd;
	const char *user;
	const char *ended_in;  /* its cgroup, as /proc/PID/cgroup has it, if it failed at a call and may have ended */
	const char *unit;      /* systemd unit, its escapes as they are; in a container its own manager's */
	bool unit_is_system;   /* a service of the system's manager, not of a user's */
	const char *container; /* id */
	const char *container_name;
	const char *pod;
	/* What it runs, where releases were asked for. A kept moment has the last one alone. */
	struct program_file exe_file, script_file;
	const char *image;       /* its container's; NULL: none, or no file tells it */
	const char *script;      /* its word of the command line; NULL: it runs none, or it was not found */
	const char *script_path; /* where that is, all links followed; NULL: not known */
	const char *release;     /* see process_release() */
};

#define NETNS_UNKNOWN UINT32_MAX

enum { CONTAINER_ID_SHOWN = 12 }; /* so many digits of an id are for people: as `docker ps` shows it */
enum { RELEASE_BYTES = 250 };     /* of what a release is told as: what hubs take */

/* For people: `fetch[812] in container shop-api (3f2a4c5d6e7f) of pod shop/api-0`, or a part of that. */
void process_format(struct text *t, const struct process *p);
void process_add_name(struct text *t, const struct process *p);
/* `leak.py`; quoted where a process calls itself `sshd[812]`. */
void process_add_comm(struct text *t, const struct process *p);
/* What stays the same when it is started again, and when there are many of it: the container's name, the unit, else the
 * program's own. Its length; `ret` is no text of its own, it ends within another. */
size_t process_service(const struct process *p, const char **ret);
/* What it runs, told so that another release of it is told otherwise, and the same release alike on every host: its
 * container's image, its executable and its script, each with a number of what is in it, where that is known. Without
 * arguments, which are no release, and may be secret. At most RELEASE_BYTES; where releases were not asked for, its
 * executable, else its name.
 */
const char *process_release(const struct process *p);
/* Makes it from the files above. */
void process_add_release(struct text *t, const struct process *p);
void process_add_place(struct text *t, const struct process *p); /* with a blank before; nothing if it is in none */

/* What a namespace counts: totals since it began, and conntrack's entries. */
struct netns_totals {
	uint64_t listen_overflows, listen_drops, time_wait_overflows;
	uint64_t memory_aborts;    /* TCPAbortOnMemory: too many orphans, or tcp_mem */
	uint64_t memory_pressures; /* TCPMemoryPressures */
	uint64_t pruned;           /* PruneCalled and RcvPruned */
	uint64_t conntrack_used;   /* nf_conntrack_count */
	uint64_t conntrack_drops;  /* drop and early_drop of /proc/net/stat/nf_conntrack, of the whole host */
	bool known;                /* they were read; else they are those of the look before, or 0 */
};

struct netns {
	uint64_t inode;      /* of nsfs: what `ls -l /proc/PID/ns/net` shows */
	const char *name;    /* /run/netns/NAME, or NULL */
	uint32_t member_pid; /* a process in it, 0 if none is known */
	bool self;           /* the tool's own */
	bool in_scope;
	bool table_seen;     /* its table was walked, or need not be: everything in it is held */
	bool tracks_unread;  /* it tracks connections, and conntrack's table could not be read: any may be translated */
	bool counters_known; /* the figures below are facts */
	/* /proc/PID/net/sockstat, sockstat6 */
	uint64_t inuse, inuse6, time_waits;
	/* /proc/sys/net/ipv4 of this namespace */
	uint16_t port_first, port_last; /* ip_local_port_range, inclusive; 0 if not known */
	uint64_t *reserved;             /* ip_local_reserved_ports as a bitmap of 65536 bits, NULL if none */
	uint64_t tw_reuse_delay_ms;     /* 0: this kernel (before 6.14) has no such setting, see port_rule.h */
	uint64_t tw_reuse, timestamps, max_time_waits, fin_timeout_s;
	uint64_t syncookies, abort_on_overflow, autobind_reuse;
	uint64_t somaxconn;                  /* of /proc/sys/net/core */
	bool addresses_known;                /* those of struct moment are all; and the next two lines are facts */
	bool nonlocal_bind, nonlocal_bind6;  /* ip_nonlocal_bind: bind() takes any address */
	bool ipv6_off, ipv6_off_on_loopback; /* net.ipv6.conf.{all,lo}.disable_ipv6, or no IPv6 in this kernel */
	/* /proc/PID/net/netstat, TcpExt, and conntrack. `before`: at the first look; the same if there was but one */
	struct netns_totals totals, before;
};
