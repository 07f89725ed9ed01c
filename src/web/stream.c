#include "stream.h"
#include "base/format.h"
#include "base/memory.h"

struct stream {
	struct streams *all;
	struct MHD_Connection *connection;
	uint64_t cycles, pings; /* it has told of */
	bool aside;
	struct stream *next;
};

static const char hello[] = "retry: 2000\n: a cycle is told when it has ended\n\n", ping[] = ": still here\n\n";

enum { BLOCK = 512 };

void streams_init(struct streams *s)
{
	*s = (struct streams){ 0 };
	pthread_mutex_init(&s->lock, NULL);
	text_add(&s->last, hello);
}

void streams_free(struct streams *s)
{
	text_free(&s->last);
	pthread_mutex_destroy(&s->lock);
}

/* What the stream has to tell; an empty text: nothing. */
static const char *next_words(struct stream *st)
{
	struct streams *s = st->all;

	if (st->cycles != s->cycles) {
		st->cycles = s->cycles;
		return s->last.bytes;
	}
	if (st->pings == s->pings)
		return "";
	st->pings = s->pings;
	return ping;
}

static ssize_t stream_read(void *context, uint64_t position, char *bytes, size_t room)
{
	struct stream *st = context;
	struct streams *s = st->all;
	ssize_t length = MHD_CONTENT_READER_END_OF_STREAM;

	pthread_mutex_lock(&s->lock);
	if (!s->closed) {
		const char *words = position ? next_words(st) : hello;
		length = (ssize_t)MIN(strlen(words), room);
		memcpy(bytes, words, (size_t)length);
	}
	if (!length) {
		st->aside = true;
		MHD_suspend_connection(st->connection);
	}
	pthread_mutex_unlock(&s->lock);
	return length;
}

static void stream_free(void *context)
{
	struct stream *st = context, **at;
	struct streams *s = st->all;

	pthread_mutex_lock(&s->lock);
	for (at = &s->first; *at != st; at = &(*at)->next)
		;
	*at = st->next;
	s->count--;
	pthread_mutex_unlock(&s->lock);
	free(st);
}

struct MHD_Response *streams_open(struct streams *s, struct MHD_Connection *connection)
{
	struct stream *st = memory_zeroed(sizeof(*st));
	struct MHD_Response *response = NULL;

	pthread_mutex_lock(&s->lock);
	*st = (struct stream){ s, connection, s->cycles, s->pings, false, s->first };
	if (!s->closed && s->count < STREAMS_MOST)
		response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, stream_read, st, stream_free);
	if (response) {
		s->first = st;
		s->count++;
	}
	pthread_mutex_unlock(&s->lock);
	if (!response)
		free(st);
	else
		reply_dress(response, "text/event-stream");
	return response;
}

bool streams_any(struct streams *s)
{
	pthread_mutex_lock(&s->lock);
	bool any = s->count;
	pthread_mutex_unlock(&s->lock);
	return any;
}

/* Under the lock. */
static void wake_all(struct streams *s)
{
	for (struct stream *st = s->first; st; st = st->next) {
		if (st->aside)
			MHD_resume_connection(st->connection);
		st->aside = false;
	}
}

void streams_tell(struct streams *s, uint64_t unix_ms)
{
	pthread_mutex_lock(&s->lock);
	s->cycles++;
	s->last.length = 0;
	text_add(&s->last, "event: cycle\ndata: {\"at\":\"");
	format_rfc3339(&s->last, unix_ms);
	text_add(&s->last, "\"}\n\n");
	wake_all(s);
	pthread_mutex_unlock(&s->lock);
}

void streams_ping(struct streams *s)
{
	pthread_mutex_lock(&s->lock);
	s->pings++;
	wake_all(s);
	pthread_mutex_unlock(&s->lock);
}

void streams_close(struct streams *s)
{
	pthread_mutex_lock(&s->lock);
	s->closed = true;
	wake_all(s);
	pthread_mutex_unlock(&s->lock);
}
