/* The listeners of a moment, by namespace and port: sorted once, when a rule first asks. */
#pragma once
#include "rule/inquiry.h"

struct listeners;

/* The socket that listens where `local` is (or on the wildcard); of several (SO_REUSEPORT) the fullest one.
 * SOCKET_NONE if there is none. */
uint32_t listener_at(struct inquiry *q, uint32_t netns, const struct endpoint *local);
/* A process that holds it, PROCESS_NONE if there is none: whom what came in there and has no holder belongs to. */
uint32_t listener_process(struct inquiry *q, uint32_t netns, const struct endpoint *local);
/* The process that holds this socket, or else whose listener it came in by: closed by it, or not accepted yet. */
uint32_t socket_process(struct inquiry *q, uint32_t socket);
/* Why a listener that nobody is seen to hold names no process. A text that lives for ever. */
const char *listener_nobody(const struct socket *listener);
void listeners_free(struct listeners *listeners); /* NULL is fine */

/* "127.0.0.1:80", "*:80" */
const char *listener_text(struct inquiry *q, const struct socket *listener);
/* The same of whatever listens on this port: "*:80" if that is on several addresses, or gone. */
const char *service_text(struct inquiry *q, uint32_t netns, uint16_t port);
