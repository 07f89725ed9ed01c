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
