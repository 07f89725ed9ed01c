/* What a command's exit status says. Scripts rely on it: additive only. */
#pragma once
#include "rule/judgement.h"

enum status {
	STATUS_OK = 0,            /* nothing wrong (info allowed); `list`: also when empty or partial */
	STATUS_FINDINGS = 1,      /* something of warning or critical */
	STATUS_USAGE = 2,         /* the command line is wrong */
	STATUS_INCOMPLETE = 3,    /* nothing found, but not all could be seen */
	STATUS_UNABLE = 4,        /* this system cannot run it */
	STATUS_REFUSED = 5,       /* reclaim: refused, failed or partial */
	STATUS_LEFT_OPEN = 99,    /* guard: the command did well, its sockets stayed */
	STATUS_INTERRUPTED = 130, /* Ctrl-C */
};

static inline int status_of_verdict(enum verdict v)
{
	return v == VERDICT_OK ? STATUS_OK : v == VERDICT_UNKNOWN ? STATUS_INCOMPLETE : STATUS_FINDINGS;
}
