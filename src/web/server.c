#include "server.h"
#include "base/clock.h"
#include "base/stop.h"
#include "handler.h"
#include "tasks.h"
#include "tls.h"
#include <poll.h>

enum {
	CONNECTIONS = 128,
	IDLE_S = 10,           /* of a connection */
	POOL_BYTES = 16 << 10, /* for what a client sends: longer requests are refused */
	TICK_MS = 250,         /* so often is looked for a new cycle, while somebody wants to know */
	PING_S = 15,
	REST_S = 60,              /* a moment that nobody asks for goes */
	THEN_REST_S = 20,         /* one of then sooner: there are two of them meanwhile */
	CACHED = 16,              /* documents of the last moment, */
	CACHED_BYTES = 256 << 10, /* none larger than that */
};

/* A document of the last moment: who polls for the same again costs nothing. */
struct cached {
	char *uri;
	struct reply *reply;
};

struct server {
	struct web_site site;
	ARRAY(struct door) doors;
	struct cached cached[CACHED];
	size_t next_cached;
	struct file_stamp told, made; /* the moment that streams were told of, that documents were made of */
	uint64_t pinged_ns;
};

static void cache_clear(struct server *s)
{
	for (size_t i = 0; i < CACHED; i++) {
		free(take_ptr(s->cached[i].uri));
		reply_drop(take_ptr(s->cached[i].reply));
	}
}

static struct reply *cache_find(struct server *s, const char *uri)
{
	for (size_t i = 0; i < CACHED; i++)
		if (s->cached[i].uri && streq(s->cached[i].uri, uri))
			return reply_share(s->cached[i].reply);
	return NULL;
}

static void cache_add(struct server *s, const char *uri, struct reply *r)
{
	struct cached *c = &s->cached[s->next_cached++ % CACHED];

	free(c->uri);
	reply_drop(c->reply);
	*c = (struct cached){ memory_strdup(uri), reply_share(r) };
}

static void library_says(void *context, const char *format, va_list args)
{
	/* of clients that break off, mostly: no matter of the server's log */
}

static bool open_door(struct door *d, const struct web_config *config)
{
	struct MHD_OptionItem tls[TLS_OPTIONS] = { { MHD_OPTION_END, 0, NULL } };
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;

	if (!d->local && config && web_config_has_tls(config)) {
		flags |= MHD_USE_TLS;
		tls_options(config, tls);
	}
	crowd_init(&d->crowd, CONNECTIONS);
	d->daemon = MHD_start_daemon(
	        flags, 0, NULL, NULL, handler_answer, d, MHD_OPTION_EXTERNAL_LOGGER, library_says, NULL,
	        MHD_OPTION_LISTEN_SOCKET, d->fd, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
	        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES,
	        MHD_OPTION_NOTIFY_CONNECTION, crowd_notify, &d->crowd, MHD_OPTION_URI_LOG_CALLBACK, handler_begin, d,
	        MHD_OPTION_NOTIFY_COMPLETED, handler_end, d, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
	return d->daemon;
}

struct server *server_make(const struct site_plan *plan)
{
	struct server *s = memory_zeroed(sizeof(*s));

	s->site.plan = plan;
	s->site.ground = (struct ground){ plan->request, plan->moment, plan->read, plan->context };
	metrics_page_init(&s->site.metrics, plan->metrics);
	streams_init(&s->site.streams);
	jobs_init(&s->site.jobs);
	auth_init(&s->site.auth, plan->config);
	if (plan->moment)
		file_stamp_read(plan->moment, &s->told);
	return s;
}

bool server_open(struct server *s, const struct server_socket *sockets, size_t count)
{
	bool open = true;

	for (size_t i = 0; i < count; i++)
		*array_push(&s->doors) =
		        (struct door){ .site = &s->site, .local = sockets[i].local, .fd = sockets[i].fd };
	array_each (&s->doors, d)
		open = open && open_door(d, s->site.plan->config);
	return open;
}

void server_fix_metrics(struct server *s, const char *metrics)
{
	metrics_page_fix(&s->site.metrics, metrics);
}

/* What was made of another moment is of no use any more. */
static void cache_check(struct server *s)
{
	const struct fleet_plan *fleet = &s->site.plan->fleet;
	struct file_stamp now = { 0 };

	if (fleet->ask && fleet->renew(fleet->context))
		cache_clear(s);
	if (!s->site.plan->moment)
		return;
	if (!file_stamp_read(s->site.plan->moment, &now) && file_stamp_same(&now, &s->made))
		return;
	s->made = now;
	cache_clear(s);
}

static void work_on(struct server *s, struct exchange *e)
{
	cache_check(s);
	bool passing = e->task == &task_nothing; /* who asks is no document */
	struct reply *r = passing ? NULL : cache_find(s, e->uri);

	if (!r) {
		r = handler_work(&s->site, e);
		if (r && !passing && reply_bytes(r) <= CACHED_BYTES)
			cache_add(s, e->uri, r);
	}
	jobs_finish(&s->site.jobs, e, r);
}

static void tell_streams(struct server *s)
{
	uint64_t now_ns = clock_monotonic_ns();
	struct file_stamp now;

	if (!streams_any(&s->site.streams))
		return;
	if (now_ns - s->pinged_ns >= PING_S * NS_PER_S) {
		s->pinged_ns = now_ns;
		streams_ping(&s->site.streams);
	}
	if (!s->site.plan->moment || file_stamp_read(s->site.plan->moment, &now) || file_stamp_same(&now, &s->told))
		return;
	s->told = now;
	streams_tell(&s->site.streams, now.changed_ns / NS_PER_MS);
}

static bool is_alone(const struct site_plan *plan)
{
	struct pollfd gate = { STDIN_FILENO, POLLIN, 0 };

	return plan->until_eof && poll(&gate, 1, 0) > 0;
}

void server_work(struct server *s)
{
	while (!stop_asked() && !is_alone(s->site.plan)) {
		struct exchange *e = jobs_take(&s->site.jobs, TICK_MS);
		if (e)
			work_on(s, e);
		else
			ground_rest(&s->site.ground, REST_S * NS_PER_S);
		then_rest(&s->site.then, THEN_REST_S * NS_PER_S);
		tell_streams(s);
	}
}

void server_stop(struct server *s)
{
	if (!s)
		return;
	jobs_close(&s->site.jobs);
	streams_close(&s->site.streams);
	array_each (&s->doors, d)
		if (d->daemon)
			MHD_stop_daemon(d->daemon);
		else
			close(d->fd);
	array_free(&s->doors);
	cache_clear(s);
	ground_free(&s->site.ground);
	then_free(&s->site.then);
	metrics_page_free(&s->site.metrics);
	streams_free(&s->site.streams);
	jobs_free(&s->site.jobs);
	auth_free(&s->site.auth);
	free(s);
}
