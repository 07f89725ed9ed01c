/* What a network namespace says of itself: counters and settings. All of it is read in the namespace that the
 * calling thread is in: /proc/thread-self/net and /proc/sys/net both follow it (see doors.h). */
#pragma once
#include "model/moment.h"

/* Counts that coverage needs, and the sieve. 0 or -errno. */
struct net_counts {
	uint64_t inuse, inuse6, time_waits; /* of this namespace */
	uint64_t orphans, alloc, pages;     /* of the whole host */
	uint64_t opened;                    /* connections since the namespace began, either way */
	bool opened_known;                  /* read only where something is open: it costs as much as the rest */
};

/* `net`: NET_HERE, or the /proc/…/net of a task that is elsewhere. */
int net_counts_read(const char *net, struct net_counts *ret);
#define NET_HERE "/proc/thread-self/net"
/* Is nothing in its tables? Half-open requests are in no count. */
bool net_counts_empty(const struct net_counts *c);

/* Fills settings and totals of `n`, which is one of the moment's, counters_known with them; what an earlier call read
 * becomes n->before. What cannot be read stays as it is, and is told. */
void netns_read_settings(struct moment *m, struct netns *n);
/* Does conntrack know a connection here? */
bool netns_tracks(void);
/* Those that only the first namespace shows: 0, or -errno and `l` stays as it is. */
int tcp_limits_read(struct host_limits *l);
/* Host-wide figures of the moment. */
void host_limits_read(struct moment *m);
