/* What has come in and waits for the one worker, and what it has answered: between the library's threads and it. Who
 * waits is put aside (suspended), so that a slow disk costs no thread. */
#pragma once
#include "receive.h"
#include <microhttpd.h>
#include <pthread.h>

struct parcel {
	struct delivery delivery;
	struct MHD_Connection *connection;
	struct parcel *next;            /* in the inbox */
	struct parcel *older, *younger; /* among the uploads */
	bool begun, uploads, ended, queued, done;
	uint64_t begun_ns;
};

struct inbox {
	pthread_mutex_t lock;
	pthread_cond_t came;
	struct parcel *first, *last;
	bool closed;
};

void inbox_init(struct inbox *b);
void inbox_free(struct inbox *b);
/* From now on its connection sleeps. False: the server is about to end. */
bool inbox_push(struct inbox *b, struct parcel *p);
bool inbox_is_done(struct inbox *b, const struct parcel *p);
/* All that wait, a list by `next`; NULL if nothing came in that time. */
struct parcel *inbox_take(struct inbox *b, uint64_t ms);
bool inbox_is_closed(struct inbox *b);
/* Answered: the whole list. */
void inbox_finish(struct inbox *b, struct parcel *list);
/* Nothing more comes in. The caller answers what is left. */
void inbox_close(struct inbox *b);
