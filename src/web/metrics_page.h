/* The metrics of the last cycle, as the collector wrote them: read again when its file is another one, else sent as
 * they are. No work per scrape. Any thread. */
#pragma once
#include "ground.h"
#include "reply.h"
#include <pthread.h>

struct metrics_page {
	const char *path; /* NULL: `text` was given, and stays */
	pthread_mutex_t lock;
	struct file_stamp stamp;
	struct reply *text, *openmetrics; /* NULL: nothing was read yet */
};

void metrics_page_init(struct metrics_page *p, const char *path);
/* Instead of a file. */
void metrics_page_fix(struct metrics_page *p, const char *metrics);
/* The caller owns it. */
struct reply *metrics_page_reply(struct metrics_page *p, bool openmetrics);
void metrics_page_free(struct metrics_page *p);
