/* Batches that are on their way in, and those that wait for the worker: bounded in bytes, and a host may send few at
 * once. Beyond that the one that has been coming in for longest is ended: an honest one is here within moments, so one
 * that drips keeps nobody out. The library's thread alone. */
#pragma once
#include "inbox.h"

enum {
	UPLOADS_BYTES_MOST = 64 << 20,
	UPLOADS_A_HOST = 4, /* a real one sends one after the other */
};

struct uploads {
	struct parcel *oldest, *youngest; /* on their way in */
	uint64_t bytes;                   /* of them, and of those that wait */
};

/* Its batch begins to come in; it may have so many bytes. False: those that wait for the worker leave no room. */
bool uploads_begin(struct uploads *u, struct parcel *p, uint64_t bytes);
/* False: it was ended, or there is no room. */
bool uploads_take(struct uploads *u, struct parcel *p, const char *bytes, size_t count);
/* All of it is here. */
void uploads_whole(struct uploads *u, struct parcel *p);
/* Its request is over, whatever became of it. */
void uploads_end(struct uploads *u, struct parcel *p);
