/* The two ends of a connection, where both are in view: one fault must not become two findings, and the one who is to
 * blame may be the other end. Matched in one pass over the moment, when a rule first asks. */
#pragma once
#include "rule/inquiry.h"

struct pairs;

/* Index of the socket's other end; SOCKET_NONE if it is not in view. */
uint32_t pair_of(struct inquiry *q, uint32_t socket);

/* True if the other end would be in view, and is not there: its address belongs to a namespace whose sockets were all
 * seen. Not where a translation of addresses stands between the two or may do so, nor if it was still there at the
 * first look. */
bool pair_is_missing(struct inquiry *q, uint32_t socket);

/* The process at the other end: that holds it, or else whose listener it belongs to; PROCESS_NONE if none is in view.
 * Behind a published port it is the container's, not the program that keeps the port for it. */
uint32_t pair_process(struct inquiry *q, uint32_t socket);

void pairs_free(struct pairs *pairs); /* NULL is fine */
