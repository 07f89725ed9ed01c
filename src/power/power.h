/* As little power as will do: who takes over this process, through a name, a file or a kernel's answer that it reads,
 * shall get no more than its work needed. What a command needs is named here, by kinds; all else is given up and never
 * comes back:
 *
 *	power_drop(needs)   no_new_privs, and capabilities but those of the table in capabilities.c
 *	power_seal(needs)   system calls but those of the table in calls.c
 *
 * Each may be called again, with less: before the options are read, when they are known, when the last look is over. */
#pragma once
#include "base/util.h"

enum power {
	POWER_LOOK = 1 << 0,      /* sockets, processes and limits of this host */
	POWER_ENTER = 1 << 1,     /* other network namespaces, and tracefs where it is not mounted */
	POWER_TRACK = 1 << 2,     /* conntrack's table */
	POWER_PROBE = 1 << 3,     /* takes ports, to prove that they can be had; asks for routes */
	POWER_OPEN = 1 << 4,      /* opens files */
	POWER_FOREIGN = 1 << 5,   /* that the user named, whoever owns them */
	POWER_KEEP = 1 << 6,      /* writes a moment to a file */
	POWER_RESOLVE = 1 << 7,   /* asks for names */
	POWER_ALL = 1 << 8,       /* of the laboratory: nothing is given up */
	POWER_FOLLOW = 1 << 9,    /* takes events from a ring as they come */
	POWER_HISTORY = 1 << 10,  /* reads a repository, as its owner */
	POWER_DECODE = 1 << 11,   /* opens nothing: works on descriptors that it was given */
	POWER_REMEMBER = 1 << 13, /* writes the agent's own files, again and again */
	POWER_RECLAIM = 1 << 12,  /* destroys sockets, and tries that in a namespace of its own */
	POWER_LISTEN = 1 << 14,   /* opens sockets that others connect to */
	POWER_SERVE = 1 << 15,    /* answers those that do, in threads of its own */
	POWER_SEND = 1 << 16,     /* tells a hub over HTTPS, which it finds by its name */
	POWER_FETCH = 1 << 17,    /* starts a child that talks to other hosts, as another user, and has a folder */
};

/* One capability, and what it is for. */
struct power_row {
	const char *name;
	unsigned capability;
	unsigned needs; /* enum power: any of these */
	bool at_need;   /* kept aside, and in force only between power_raise() and power_lower() */
	bool stands_in; /* for dac_read_search, where that was not given; else it goes */
	const char *why;
};

const struct power_row *power_rows(void); /* the last has no name */
bool power_is_kept(unsigned capability);  /* in force, or kept aside */

void power_drop(unsigned needs);
/* Not in a build with AddressSanitizer, whose runtime needs calls of its own. 0 or -errno: this kernel has no filters.
 * With UNFIN_FILTER=kill in the environment, which tests set, a call that is in no table ends the program, so that it
 * is found; else it fails, for a libc of tomorrow may use one that nobody knew. Some are deadly always. */
int power_seal(unsigned needs);

/* Both: a kernel without filters is no reason to refuse, doctor tells. */
void power_limit(unsigned needs);

/* Puts what is kept aside into force, for one call, and back. */
void power_raise(void);
void power_lower(void);

/* How many filters power_seal() has added to those that the process was started with, at the least. */
unsigned power_filters(void);
