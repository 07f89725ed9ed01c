/* Something this host, kernel or user may or may not let the tool do. */
#pragma once
#include "base/array.h"

struct feature {
	const char *id;
	bool ok;
	const char *why;  /* what was found; NULL if there is nothing to say */
	const char *lost; /* without it; NULL if it is there */
	const char *mend; /* the exact command, NULL if none helps or none is needed */
};

typedef ARRAY(struct feature) features;

/* A right of this process that is kept, and for what; all others it has given up. */
struct right {
	const char *name, *why;
	bool in_force; /* else it is kept aside, for the one call that needs it */
};

struct rights {
	ARRAY(struct right) kept;
	bool no_new_privs, filtered; /* it gains none by running others, and its system calls are limited */
};
