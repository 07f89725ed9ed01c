#include "metrics_page.h"
#include "accept.h"
#include "base/file.h"
#include <errno.h>

enum { METRICS_BYTES = 1 << 20 };

static const char text_type[] = "text/plain; version=0.0.4; charset=utf-8";
static const char openmetrics_type[] = "application/openmetrics-text; version=1.0.0; charset=utf-8";

void metrics_page_init(struct metrics_page *p, const char *path)
{
	*p = (struct metrics_page){ .path = path };
	pthread_mutex_init(&p->lock, NULL);
}

static void forget(struct metrics_page *p)
{
	reply_drop(p->text);
	reply_drop(p->openmetrics);
	p->text = p->openmetrics = NULL;
}

void metrics_page_free(struct metrics_page *p)
{
	forget(p);
	pthread_mutex_destroy(&p->lock);
}

void metrics_page_fix(struct metrics_page *p, const char *metrics)
{
	ANSWER_CLEANUP text = answer_of(text_type);
	ANSWER_CLEANUP openmetrics = answer_of(openmetrics_type);

	text_add(&text.body, metrics);
	openmetrics_from_text(&openmetrics.body, metrics);
	forget(p);
	p->text = reply_make(&text);
	p->openmetrics = reply_make(&openmetrics);
}

/* Under the lock. 0 or -errno; then there are none. */
static int renew(struct metrics_page *p)
{
	struct file_stamp now;
	TEXT_CLEANUP metrics = { 0 };
	int err = file_stamp_read(p->path, &now);

	if (!err && p->text && file_stamp_same(&now, &p->stamp))
		return 0;
	err = err ?: file_read(p->path, METRICS_BYTES, &metrics);
	if (err) {
		forget(p);
		return err;
	}
	metrics_page_fix(p, metrics.bytes);
	p->stamp = now;
	return 0;
}

static struct reply *tell_missing(const struct metrics_page *p, int err)
{
	ANSWER_CLEANUP a = { 0 };
	TEXT_CLEANUP what = { 0 };

	text_printf(&what, "there are no metrics in %s", p->path);
	answer_error(&a, 503, what.bytes, strerror(-err),
	             err == -ENOENT ? "is the agent running? systemctl status unfin-agent" : NULL);
	return reply_make(&a);
}

struct reply *metrics_page_reply(struct metrics_page *p, bool openmetrics)
{
	pthread_mutex_lock(&p->lock);
	int err = p->path ? renew(p) : 0;
	struct reply *r = err ? tell_missing(p, err) : reply_share(openmetrics ? p->openmetrics : p->text);
	pthread_mutex_unlock(&p->lock);
	return r;
}
