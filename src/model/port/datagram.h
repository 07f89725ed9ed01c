/* Who has a port number for UDP. UDP and TCP have ports of their own: neither is in the other's way, but a message
 * that says "port 53: address already in use" does not say which of the two it means. */
#pragma once
#include "base/array.h"
#include "model/addr.h"

struct datagram_holder {
	uint32_t pid, fd;
	char comm[16];
};

struct datagram {
	uint32_t netns; /* index into the moment's namespaces */
	struct endpoint local;
	struct endpoint peer; /* port 0: not connected */
	uint32_t uid;
	uint64_t inode;
	ARRAY(struct datagram_holder) holders; /* none: no process that can be seen */
};

struct datagrams {
	ARRAY(struct datagram) rows;
	uint32_t unread; /* namespaces in scope whose table could not be read */
};

void datagrams_free(struct datagrams *all);
