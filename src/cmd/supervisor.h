/* What is told to whoever started us and watches over us, by systemd's protocol: a datagram to $NOTIFY_SOCKET. No
 * library is needed for it. */
#pragma once
#include "base/util.h"

struct supervisor {
	int fd;               /* -1: there is none */
	uint64_t patience_ms; /* it ends us after so long without a sign of life; 0: it does not watch */
};

#define SUPERVISOR_NONE                                                                                                \
	{                                                                                                              \
		.fd = -1                                                                                               \
	}

/* Before the filter, and before children: it is no matter of theirs. A socket that cannot be reached is none. */
void supervisor_find(struct supervisor *s);
void supervisor_end(struct supervisor *s);
/* The first look is done. */
void supervisor_ready(const struct supervisor *s);
/* A cycle has ended, and the next one is due so much later: where that is long, it gets patience for three of them. */
void supervisor_alive(const struct supervisor *s, uint64_t next_ms);
