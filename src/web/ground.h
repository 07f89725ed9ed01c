/* The moment that documents are made of, read when one is asked for and kept while it is the last one. Reading is
 * handed in: this room asks no kernel. One thread uses it. */
#pragma once
#include "documents.h"
#include "base/file.h"

/* Fills a new moment. 0 or -errno with `ret_why`, its texts in the moment's arena. */
typedef int moment_reader(void *context, struct moment *m, struct gap *ret_why);

/* The moment that was kept nearest to that time. */
typedef int moment_then_reader(void *context, uint64_t at_ms, struct moment *m, struct gap *ret_why);

struct ground {
	const struct request *request; /* how it is judged */
	const char *path;              /* the file whose change means another moment; NULL: there is but one */
	moment_reader *read;
	void *context;
	struct file_stamp stamp;
	struct moment *moment; /* NULL: none is kept */
	struct judgement *judgement;
	struct orders orders;
	uint64_t used_ns; /* clock_monotonic_ns() */
};

/* The last moment and what it was judged to be, the ground's own; changed tells that it is another than at the last
 * call. False, with the answer that tells why there is none. */
bool ground_stand(struct ground *g, struct document_ground *ret, bool *ret_changed, struct web_answer *ret_error);
/* A moment of then: the last one that was asked for stays a while, for a page asks eight things of it at once. Zeroed
 * is empty. The worker's, too. */
struct then_ground {
	uint64_t at_ms; /* as it was asked for; 0: there is none */
	struct moment *moment;
	struct judgement *judgement;
	struct orders orders;
	uint64_t used_ns;
};

/* 0 or -errno with `ret_why`, whose texts last until the next call. */
int then_stand(struct then_ground *t, const struct request *request, moment_then_reader *read, void *context,
               uint64_t at_ms, struct document_ground *ret, struct gap *ret_why);
void then_rest(struct then_ground *t, uint64_t idle_ns);
void then_free(struct then_ground *t);

/* Gives its memory back if nobody has asked for so long. */
void ground_rest(struct ground *g, uint64_t idle_ns);
void ground_free(struct ground *g);
