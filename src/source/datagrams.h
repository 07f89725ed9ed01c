/* The UDP sockets of one port, from /proc/PID/net/udp and udp6 of each namespace in scope, with their holders. The walk
 * over all descriptors that the holders cost (3.6 us each) is made only if there is such a socket. */
#pragma once
#include "model/moment.h"
#include "model/port/datagram.h"

void datagrams_find(const struct moment *m, uint16_t port, struct datagrams *ret);
/* One line of such a table; false if it is none of the port's. */
bool datagram_parse(const char *line, uint16_t port, struct datagram *ret);
