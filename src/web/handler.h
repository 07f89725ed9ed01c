/* One request: who asks for what, by which method, from which page; then the answer at once, or a job for the worker.
 */
#pragma once
#include "site.h"

/* Callbacks of the library; `context` is the door. */
void *handler_begin(void *context, const char *uri, struct MHD_Connection *connection);
enum MHD_Result handler_answer(void *context, struct MHD_Connection *connection, const char *path, const char *method,
                               const char *version, const char *upload, size_t *upload_bytes, void **exchange);
void handler_end(void *context, struct MHD_Connection *connection, void **exchange,
                 enum MHD_RequestTerminationCode code);

/* The worker's part: does the job and hands the reply over. */
struct reply *handler_work(struct web_site *s, struct exchange *e);
