/* One connection from socket() to close(), to a listener of our own: what a busy neighbour does all day. The client
 * closes first and the server answers with a reset, so that every state is passed through, and no TIME_WAIT is left
 * to eat the ports. Any failure ends the program with a message. */
#pragma once
#include "base/util.h"
#include <netinet/in.h>

struct loop {
	int listener;
	struct sockaddr_in at;
};

struct loop loop_open(void);
uint64_t loop_connect_ns(const struct loop *l); /* how long its connect() took */
