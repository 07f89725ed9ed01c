/* From an answer to what libmicrohttpd sends, with the headers that every answer has. A reply is counted, by any
 * thread: it can be kept and be sent by many connections at once, and goes when the last owner has dropped it. */
#pragma once
#include "answer.h"
#include <microhttpd.h>
#include <stdatomic.h>

struct reply;

/* The bytes of large answers that wait to be sent, whoever reads them slowly. */
struct reply_budget {
	atomic_size_t bytes;
};

enum { REPLY_BYTES_MOST = 48 << 20 };

/* Takes the answer's body. The caller owns it. */
struct reply *reply_make(struct web_answer *a);
/* The same; beyond the budget, which outlives it, whoever asks is told to come again. */
struct reply *reply_make_within(struct web_answer *a, struct reply_budget *budget);
size_t reply_bytes(const struct reply *r);
struct reply *reply_share(struct reply *r); /* the same one, for one more owner */
void reply_drop(struct reply *r);           /* NULL is fine */
enum MHD_Result reply_send(struct MHD_Connection *connection, const struct reply *r);

/* Adds the headers that every answer has. */
void reply_dress(struct MHD_Response *response, const char *type);
