/* Something that happened to a connection, as it was seen happening. Its processes and its namespace are those of a
 * moment that goes with it (struct moment), which holds no sockets then: names alone. */
#pragma once
#include "moment.h"

enum event_kind {
	EVENT_OPENED,       /* connect() has come to a connection; `after`: so long it took */
	EVENT_ACCEPTED,     /* by accept() */
	EVENT_FIN_RECEIVED, /* the peer has finished, and our side has not; `after`: since it was opened */
	EVENT_EOF_TOLD,     /* the program was told so by its recv(); `after`: since the FIN */
	EVENT_SHUT_DOWN,    /* our FIN was sent, the descriptor is still held */
	EVENT_CLOSED, /* the last descriptor is gone; `after`: since the FIN, or, if we are first, since it was opened
	               */
	EVENT_RESET,  /* by the peer, by a time limit, or from outside: `error` says which */
	EVENT_FAILED, /* a call failed: `call`, `error` */
	EVENT_DESTROYED, /* the kernel has let it go; TIME-WAIT may remain; `after`: since it was opened */
	EVENT_ARRIVED,   /* the handshake is over, nobody has accepted it yet */
	EVENT_KIND_COUNT,
};

#define PROCESS_NONE UINT32_MAX

struct event {
	uint64_t at_unix_ms;
	uint64_t cookie, cgroup;
	uint64_t after_us;           /* UINT64_MAX: not known */
	struct endpoint local, peer; /* of a failed bind(), `peer` is none, and `local` what was asked for */
	uint32_t netns;              /* index into the moment's namespaces */
	uint32_t process;            /* who did it; what the peer did: whose it is. PROCESS_NONE: not known */
	uint32_t opener;             /* who opened or accepted it, PROCESS_NONE */
	uint32_t tid;                /* of `process`: the thread; 0: not known */
	int32_t error;               /* errno, 0 */
	uint8_t kind;                /* enum event_kind */
	uint8_t role;                /* enum socket_role */
	uint8_t call;                /* enum failed_call */
	bool fin_came;               /* EVENT_ACCEPTED, _CLOSED, _SHUT_DOWN, _RESET: the peer had finished before */
	bool finished;               /* EVENT_CLOSED: its FIN is among those that were counted */
	bool ended;                  /* EVENT_CLOSED: by the end of the process */
	bool aborted;                /* EVENT_CLOSED: with a reset */
};

const char *event_name(enum event_kind k); /* fin_received: as JSON has it */

/* May an expression mean this event? Its process and its opener count as holders of a socket in the state that it is
 * left in; what no event tells is not known. */
struct filter;
bool event_match(const struct filter *f, struct moment *m, const struct event *e);

/* What has become of all that was seen: produced == consumed + lost. */
struct event_books {
	uint64_t produced, consumed;
	uint64_t lost;       /* the ring was full */
	uint64_t missed;     /* never produced: the kernel left out a program that would have interrupted itself */
	uint64_t unread;     /* of `consumed`: nobody has read the output in time */
	uint64_t nameless;   /* the table of openers was full */
	uint64_t rowless;    /* counted for the host, not for their program */
	uint64_t unfollowed; /* processes that the watched command started: the table of them was full */
};
