/* What takes longer than a connection's thread may: documents, and passwords. The connection is put aside, one worker
 * does the job and hands the reply back. There is a bound, beyond which clients are told to come again. */
#pragma once
#include "query.h"
#include "reply.h"
#include <pthread.h>

enum { JOBS_MOST = 32, JOB_URI_MOST = 8192 };

/* One request, from its first line to its answer. */
struct exchange {
	char *uri; /* as it was sent, with what stands behind the `?` */
	struct query query;
	char *user, *password; /* to be checked by the worker first; NULL: nothing is */
	const struct document *document;
	const struct web_task *task; /* what the worker is to do; NULL: no job */
	struct MHD_Connection *connection;
	struct reply *reply; /* of a job that is done; the exchange's own */
	bool begun;          /* its headers were looked at */
	bool admitted;       /* the user and the password are right */
	bool queued, done;
	struct exchange *next;
};

struct jobs {
	pthread_mutex_t lock;
	pthread_cond_t came;
	struct exchange *first, *last;
	size_t count;
	bool closed;
};

void jobs_init(struct jobs *j);
void jobs_free(struct jobs *j);
/* Puts the connection aside; false: there are too many, or we are about to end. */
bool jobs_push(struct jobs *j, struct exchange *e);
/* The next one, waiting at most `ms` for it; NULL: none. */
struct exchange *jobs_take(struct jobs *j, uint64_t ms);
/* Hands the reply over, and lets the connection go on. */
void jobs_finish(struct jobs *j, struct exchange *e, struct reply *reply);
/* Is its job done? Then `e->reply` is there. */
bool jobs_is_done(struct jobs *j, struct exchange *e);
/* No more are taken; those that wait go on without a reply. */
void jobs_close(struct jobs *j);
