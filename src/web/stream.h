/* Server-sent events: whoever listens at /api/v1/stream is told when a cycle ended. A stream that has nothing to say is
 * put aside; the worker wakes them all. There are few at most, for each is a connection that stays. */
#pragma once
#include "reply.h"
#include <pthread.h>

enum { STREAMS_MOST = 16 };

struct stream;

struct streams {
	pthread_mutex_t lock;
	struct stream *first;
	size_t count;
	uint64_t cycles;  /* that ended since we began */
	uint64_t pings;   /* so that a client that is gone is noticed */
	struct text last; /* the event that tells of the last one */
	bool closed;
};

void streams_init(struct streams *s);
void streams_free(struct streams *s);
/* A stream for this connection; NULL: there are too many. The caller sends and drops it. */
struct MHD_Response *streams_open(struct streams *s, struct MHD_Connection *connection);
bool streams_any(struct streams *s);
/* A cycle ended at that time. */
void streams_tell(struct streams *s, uint64_t unix_ms);
void streams_ping(struct streams *s);
/* All of them end. */
void streams_close(struct streams *s);
