/* The eleven states of RFC 9293 section 3.3.2, numbered as the kernel does (include/net/tcp_states.h).
 * TCP_NEW_SYN_RECV is SYN_RECV here; TCP_BOUND_INACTIVE is CLOSE: bound but unconnected. */
#pragma once
#include "base/util.h"

enum tcp_state {
	STATE_NONE,
	STATE_ESTABLISHED,
	STATE_SYN_SENT,
	STATE_SYN_RECV,
	STATE_FIN_WAIT1,
	STATE_FIN_WAIT2,
	STATE_TIME_WAIT,
	STATE_CLOSE,
	STATE_CLOSE_WAIT,
	STATE_LAST_ACK,
	STATE_LISTEN,
	STATE_CLOSING,
	STATE_COUNT,
};

const char *state_json(enum tcp_state s);   /* close_wait */
const char *state_people(enum tcp_state s); /* CLOSE-WAIT, as ss writes it */
/* In a few words, of the side that is in it: "closed by the peer, not here". */
const char *state_meaning(enum tcp_state s);
/* One side has closed, and the connection is not over: all between ESTAB and TIME-WAIT. */
bool state_is_unfinished(enum tcp_state s);

/* Every spelling in use: close_wait, CLOSE-WAIT, CloseWait, ESTAB, SYN_RCVD, FIN-WAIT-1, … STATE_NONE if none. */
enum tcp_state state_parse(const char *s);

/* All JSON names in the kernel's order, NULL at the end: for messages and for the nearest word. */
const char *const *state_names(void);
