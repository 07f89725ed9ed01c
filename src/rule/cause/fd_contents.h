/* What fills a process's table of descriptors: told by fd-limit, and what its advice depends on. */
#pragma once
#include "rule/inquiry.h"

struct fd_contents {
	uint64_t sockets;         /* TCP; the table may hold more */
	uint64_t never_connected; /* a connect() that failed, or none: no tool for connections lists them */
	uint64_t dead;            /* connected once, over now */
	uint64_t idle;            /* established, and nothing was sent or received for a minute */
	enum tcp_state most;      /* of the rest, the state of most */
	uint64_t in_most;
	struct endpoint peer; /* of most of them; port 0: none has half */
	uint64_t to_peer;
};

/* Of these sockets, all held by one process. */
struct fd_contents fd_contents_of(const struct moment *m, const socket_list *sockets);

/* Evidence. `used`: descriptors of any kind. */
void fd_contents_tell(struct inquiry *q, struct finding *f, const struct fd_contents *c, uint64_t used);
