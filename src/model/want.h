/* What a reader of a moment needs beyond the sockets and their holders: gathering it costs, so it is asked for. */
#pragma once

enum want {
	WANT_DETAILS = 1 << 0,           /* cmdline, exe, user, unit, container of every holder */
	WANT_LIMITS = 1 << 1,            /* descriptors and their limits, host limits, sysctls, bind buckets */
	WANT_BUCKETS = 1 << 2,           /* bind buckets: who opened a connection (role), and whose a port is */
	WANT_TRANSLATIONS = 1 << 3,      /* which ports conntrack holds for NAT: its whole table, where there is one */
	WANT_LOST_TRANSLATIONS = 1 << 4, /* the same, only where conntrack has dropped packets */
	WANT_CROSSINGS = 1 << 5,         /* the two ends of connections that are translated: the whole table, too */
	WANT_ARGUMENTS = 1 << 6,         /* command lines as they are: else their secrets are masked */
	WANT_RELEASES = 1 << 8,          /* which release of its program each holder runs: its files are read */
	WANT_ACTORS = 1 << 7, /* details also of those who opened or closed something meanwhile, and hold nothing now */
};
