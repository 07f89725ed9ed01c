#include "jobs.h"
#include <time.h>

void jobs_init(struct jobs *j)
{
	pthread_condattr_t attr;

	*j = (struct jobs){ 0 };
	pthread_mutex_init(&j->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&j->came, &attr);
	pthread_condattr_destroy(&attr);
}

void jobs_free(struct jobs *j)
{
	pthread_cond_destroy(&j->came);
	pthread_mutex_destroy(&j->lock);
}

bool jobs_push(struct jobs *j, struct exchange *e)
{
	pthread_mutex_lock(&j->lock);
	bool room = !j->closed && j->count < JOBS_MOST;
	if (room) {
		*(j->last ? &j->last->next : &j->first) = e;
		j->last = e;
		j->count++;
		e->queued = true;
		MHD_suspend_connection(e->connection);
		pthread_cond_signal(&j->came);
	}
	pthread_mutex_unlock(&j->lock);
	return room;
}

static struct timespec in_ms(uint64_t ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	uint64_t ns = (uint64_t)t.tv_nsec + ms % MS_PER_S * NS_PER_MS;
	t.tv_sec += (time_t)(ms / MS_PER_S + ns / NS_PER_S);
	t.tv_nsec = (long)(ns % NS_PER_S);
	return t;
}

struct exchange *jobs_take(struct jobs *j, uint64_t ms)
{
	struct timespec until = in_ms(ms);

	pthread_mutex_lock(&j->lock);
	if (!j->first)
		pthread_cond_timedwait(&j->came, &j->lock, &until);
	struct exchange *e = j->first;
	if (e) {
		j->first = e->next;
		j->last = j->first ? j->last : NULL;
		j->count--;
		e->next = NULL;
	}
	pthread_mutex_unlock(&j->lock);
	return e;
}

void jobs_finish(struct jobs *j, struct exchange *e, struct reply *reply)
{
	pthread_mutex_lock(&j->lock);
	e->reply = reply;
	e->done = true;
	MHD_resume_connection(e->connection); /* the exchange may end as soon as the lock is given back */
	pthread_mutex_unlock(&j->lock);
}

bool jobs_is_done(struct jobs *j, struct exchange *e)
{
	pthread_mutex_lock(&j->lock);
	bool done = e->done;
	pthread_mutex_unlock(&j->lock);
	return done;
}

void jobs_close(struct jobs *j)
{
	struct exchange *e;

	pthread_mutex_lock(&j->lock);
	j->closed = true;
	pthread_mutex_unlock(&j->lock);
	while ((e = jobs_take(j, 0)))
		jobs_finish(j, e, NULL);
}
