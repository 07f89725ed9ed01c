/* What the kernel asks of one socket when another wants its port. Each function is one function of the
 * kernel, in this project's words and for an asker without SO_BINDTODEVICE. */
#pragma once
#include "ports.h"

/* Who made the bind bucket of a port: one bucket a (namespace, port), its flags shared by all its owners. */
enum port_bucket {
	BUCKET_NONE,    /* nobody has the port */
	BUCKET_CONNECT, /* connect() alone: to be shared while 4-tuples differ */
	BUCKET_BOUND,   /* bind() or listen(): connect() never chooses this port */
	BUCKET_UNKNOWN, /* its owners are known, the flags are not (sock_diag does not show them) */
};

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_UNKNOWN };

/* Does this socket stand in a bind bucket that the asker meets? Requests, a dead socket without explicit port, and what
 * is in a VRF, do not. */
bool port_owner(const struct socket *s);

/* `owners` are the sockets of one port, `count` >= 1. */
enum port_bucket port_bucket(const struct moment *m, const uint32_t *owners, size_t count);

/* inet_rcv_saddr_equal() with wildcards, and the narrower look of inet_bhash2_conflict() for an asker with an
 * address of its own: do these two addresses exclude one another? */
bool port_addr_conflict(const struct port_asker *asker, const struct socket *owner);

/* How a port is asked for: bind(port), bind(port 0), and the latter's second try under ip_autobind_reuse. */
enum port_call { PORT_FIXED, PORT_AUTO, PORT_AUTO_SHARED };
/* inet_bind_conflict(): may they share the port nevertheless? */
bool port_option_conflict(const struct port_asker *asker, const struct socket *owner, enum port_call call);

/* Does the 4-tuple of this socket stand in the way of a connect() with the same port?
 * tcp_twsk_unique() for TIME_WAIT; UNKNOWN where a fact is missing. */
enum answer port_tuple_conflict(const struct netns *n, const struct socket *s, const struct addr *source,
                                const struct endpoint *destination);
/* May connect() take over this TIME_WAIT, now or later (tcp_tw_reuse)? */
enum answer port_time_wait_yields(const struct netns *n, const struct socket *s);
/* Now? Since 6.14 after tcp_tw_reuse_delay; before, when the clock has
 * gone to another second than that of the last timestamp: both are what since_ack_ms counts there. */
enum answer port_time_wait_reusable(const struct netns *n, const struct socket *s);
