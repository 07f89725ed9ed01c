/* Where a message says that it happened: an address and a port, over TCP or UDP, or a socket in the file system. Line
 * numbers, clock times, descriptors and process ids look like ports and are none. */
#pragma once
#include "base/util.h"

struct place {
	char address[64]; /* "" if none was found */
	uint16_t port;    /* 0 if none was found */
	bool automatic;   /* port 0 is what the message names */
	bool udp;
	bool file; /* a unix-domain socket */
};

void place_find(const char *text, struct place *ret);
