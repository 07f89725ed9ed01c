#include "inbox.h"
#include "base/clock.h"
#include <time.h>

void inbox_init(struct inbox *b)
{
	pthread_condattr_t attr;

	*b = (struct inbox){ 0 };
	pthread_mutex_init(&b->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&b->came, &attr);
	pthread_condattr_destroy(&attr);
}

void inbox_free(struct inbox *b)
{
	pthread_cond_destroy(&b->came);
	pthread_mutex_destroy(&b->lock);
}

bool inbox_push(struct inbox *b, struct parcel *p)
{
	pthread_mutex_lock(&b->lock);
	bool open = !b->closed;
	if (open) {
		*(b->last ? &b->last->next : &b->first) = p;
		b->last = p;
		p->queued = true;
		MHD_suspend_connection(p->connection);
		pthread_cond_signal(&b->came);
	}
	pthread_mutex_unlock(&b->lock);
	return open;
}

bool inbox_is_done(struct inbox *b, const struct parcel *p)
{
	pthread_mutex_lock(&b->lock);
	bool done = p->done;
	pthread_mutex_unlock(&b->lock);
	return done;
}

bool inbox_is_closed(struct inbox *b)
{
	pthread_mutex_lock(&b->lock);
	bool closed = b->closed;
	pthread_mutex_unlock(&b->lock);
	return closed;
}

static struct timespec in_ms(uint64_t ms)
{
	uint64_t at_ns = clock_monotonic_ns() + ms * NS_PER_MS;

	return (struct timespec){ (time_t)(at_ns / NS_PER_S), (long)(at_ns % NS_PER_S) };
}

struct parcel *inbox_take(struct inbox *b, uint64_t ms)
{
	struct timespec until = in_ms(ms);

	pthread_mutex_lock(&b->lock);
	if (!b->first && !b->closed)
		pthread_cond_timedwait(&b->came, &b->lock, &until);
	struct parcel *list = b->first;
	b->first = b->last = NULL;
	pthread_mutex_unlock(&b->lock);
	return list;
}

void inbox_finish(struct inbox *b, struct parcel *list)
{
	pthread_mutex_lock(&b->lock);
	while (list) {
		struct parcel *next = list->next;
		list->done = true;
		MHD_resume_connection(list->connection); /* it may be gone as soon as the lock is given back */
		list = next;
	}
	pthread_mutex_unlock(&b->lock);
}

void inbox_close(struct inbox *b)
{
	pthread_mutex_lock(&b->lock);
	b->closed = true;
	pthread_cond_signal(&b->came);
	pthread_mutex_unlock(&b->lock);
}
