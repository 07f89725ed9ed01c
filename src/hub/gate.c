#include "gate.h"
#include "base/clock.h"
#include "base/json.h"
#include "batch.h"
#include "hub_metrics.h"
#include "web/reply.h"
#include "web/tls.h"
#include <sys/resource.h>

enum {
	IDLE_S = 20,
	POOL_BYTES = 8 << 10, /* for what a client sends before its batch */
	UPLOAD_S = 60,        /* in which a batch must be here */
};

static void *begin(void *context, const char *uri, struct MHD_Connection *connection)
{
	struct parcel *p = memory_zeroed(sizeof(*p));

	p->connection = connection;
	p->begun_ns = clock_monotonic_ns();
	return p;
}

static void end(void *context, struct MHD_Connection *connection, void **parcel, enum MHD_RequestTerminationCode code)
{
	struct gate *g = context;
	struct parcel *p = *parcel;

	if (!p)
		return;
	uploads_end(&g->uploads, p);
	free(p);
	*parcel = NULL;
}

static enum MHD_Result send_answer(struct MHD_Connection *connection, struct web_answer *a, unsigned retry_s)
{
	struct MHD_Response *response =
	        MHD_create_response_from_buffer(a->body.length, a->body.bytes, MHD_RESPMEM_MUST_COPY);
	char seconds[16];

	if (!response)
		return MHD_NO;
	reply_dress(response, a->type);
	snprintf(seconds, sizeof(seconds), "%u", retry_s);
	if (retry_s)
		MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, seconds);
	if (a->status == MHD_HTTP_UNAUTHORIZED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer");
	enum MHD_Result sent = MHD_queue_response(connection, a->status, response);
	MHD_destroy_response(response);
	return sent;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned status, const char *what, const char *why,
                              const char *mend)
{
	ANSWER_CLEANUP a = { 0 };

	answer_error(&a, status, what, why, mend);
	return send_answer(connection, &a, status == MHD_HTTP_SERVICE_UNAVAILABLE ? 1 : 0);
}

static enum MHD_Result answer_delivery(struct parcel *p)
{
	const struct delivery *d = &p->delivery;
	ANSWER_CLEANUP a = answer_of(answer_json);
	struct json j = JSON(&a.body, true);

	a.status = d->status;
	json_object_begin(&j, NULL);
	json_text(&j, "schema", d->status == RECEPTION_KEPT ? "unfin.batch/1" : "unfin.error/1");
	if (d->status != RECEPTION_KEPT) {
		json_text(&j, "what", d->what);
		json_text(&j, "why", d->why);
		json_text(&j, "mend", d->mend);
	}
	if (d->status == RECEPTION_TAKEN) {
		json_u64(&j, "next_epoch", d->next_epoch);
		json_u64(&j, "next_seq", d->next_seq);
	}
	json_object_end(&j);
	return send_answer(p->connection, &a, d->retry_s);
}

/* Whoever asks compares it with his own, before and after. */
static enum MHD_Result answer_time(struct MHD_Connection *connection)
{
	ANSWER_CLEANUP a = answer_of(answer_json);
	struct json j = JSON(&a.body, true);

	json_object_begin(&j, NULL);
	json_text(&j, "schema", "unfin.time/1");
	json_u64(&j, "unix_ms", clock_unix_ms());
	json_object_end(&j);
	return send_answer(connection, &a, 0);
}

static enum MHD_Result answer_metrics(struct gate *g, struct MHD_Connection *connection)
{
	ANSWER_CLEANUP a = answer_of("text/plain; version=0.0.4; charset=utf-8");

	hub_metrics(&a.body, g->counts, g->standing, g->spool, g->unknown);
	return send_answer(connection, &a, 0);
}

static enum MHD_Result answer_question(struct gate *g, struct MHD_Connection *connection, const char *path)
{
	ANSWER_CLEANUP a = answer_of(answer_plain);

	if (streq(path, "/v1/time"))
		return answer_time(connection);
	if (streq(path, "/metrics"))
		return answer_metrics(g, connection);
	if (!streq(path, "/-/healthy") && !streq(path, "/-/ready"))
		return refuse(connection, MHD_HTTP_NOT_FOUND, "there is no such page",
		              "a hub takes POST /v1/batch, and answers /v1/time, /metrics, /-/healthy and /-/ready",
		              NULL);
	text_add(&a.body, "OK\n");
	return send_answer(connection, &a, 0);
}

static bool is_batch(const char *path, const char *method)
{
	return streq(path, "/v1/batch") && streq(method, MHD_HTTP_METHOD_POST);
}

static uint64_t told_length(struct MHD_Connection *connection)
{
	const char *length = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);

	return length ? strtoull(length, NULL, 10) : 0;
}

/* Of whoever sends nothing: with client_auth_type a certificate is asked of all. */
static enum MHD_Result greet_asker(struct gate *g, struct MHD_Connection *c, const char *method)
{
	const char *why = NULL;

	if (!streq(method, MHD_HTTP_METHOD_GET))
		return refuse(c, MHD_HTTP_METHOD_NOT_ALLOWED, "only POST /v1/batch is taken, and GET", NULL, NULL);
	if (!peer_may_ask(&g->rules, c, &why))
		return refuse(c, MHD_HTTP_UNAUTHORIZED, "this hub does not know who asks", why,
		              "client_auth_type in its --web.config.file asks for a certificate");
	return MHD_YES;
}

/* Before anything of its body is read. An answer at this stage ends the connection, too. */
static enum MHD_Result greet(struct gate *g, struct parcel *p, const char *path, const char *method)
{
	struct MHD_Connection *c = p->connection;
	const char *why = NULL;

	crowd_moved(&g->crowd, c, false);
	if (!is_batch(path, method))
		return greet_asker(g, c, method);
	if (!g->open && !peer_host(&g->rules, c, &p->delivery.host_id, &why)) {
		g->unknown++;
		return refuse(c, MHD_HTTP_UNAUTHORIZED, "this hub does not know who sends that", why,
		              "docs/hub.md has how a host gets its certificate or token");
	}
	if (told_length(c) > BATCH_BYTES_MOST) {
		g->counts->refused++;
		return refuse(c, MHD_HTTP_CONTENT_TOO_LARGE, "the batch is too large", "one has at most 1 MiB", NULL);
	}
	if (uploads_begin(&g->uploads, p, told_length(c)))
		return MHD_YES;
	g->counts->delayed++;
	return refuse(c, MHD_HTTP_SERVICE_UNAVAILABLE, "too many send at once", NULL, NULL);
}

/* A body that comes too slowly, or with more than it said, ends with its connection. */
static enum MHD_Result take_bytes(struct gate *g, struct parcel *p, const char *bytes, size_t *count)
{
	if (p->delivery.batch.length + *count > BATCH_BYTES_MOST ||
	    clock_monotonic_ns() - p->begun_ns > UPLOAD_S * NS_PER_S || !uploads_take(&g->uploads, p, bytes, *count))
		return MHD_NO;
	*count = 0;
	return MHD_YES;
}

static enum MHD_Result push(struct gate *g, struct parcel *p)
{
	uploads_whole(&g->uploads, p);
	crowd_moved(&g->crowd, p->connection, true);
	if (inbox_push(&g->inbox, p))
		return MHD_YES;
	crowd_moved(&g->crowd, p->connection, false);
	return refuse(p->connection, MHD_HTTP_SERVICE_UNAVAILABLE, "this hub is about to end", NULL, NULL);
}

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *upload, size_t *upload_bytes, void **parcel)
{
	struct gate *g = context;
	struct parcel *p = *parcel;

	if (!p)
		return MHD_NO;
	if (p->queued) {
		if (!inbox_is_done(&g->inbox, p))
			return MHD_YES;
		crowd_moved(&g->crowd, connection, false);
		return answer_delivery(p);
	}
	if (!p->begun) {
		p->begun = true;
		return greet(g, p, path, method);
	}
	if (*upload_bytes && is_batch(path, method))
		return take_bytes(g, p, upload, upload_bytes);
	if (*upload_bytes)
		return MHD_NO;
	if (p->ended)
		return MHD_NO;
	return is_batch(path, method) ? push(g, p) : answer_question(g, connection, path);
}

/* A connection that finds no descriptor is not even refused: it waits, and nobody would be ended for it. */
static unsigned connections_most(unsigned wanted)
{
	struct rlimit r = { 0 };

	getrlimit(RLIMIT_NOFILE, &r);
	return (unsigned)MAX(MIN((rlim_t)wanted + GATE_FILES, r.rlim_cur), (rlim_t)2 * GATE_FILES) - GATE_FILES;
}

static void library_says(void *context, const char *format, va_list args)
{
	/* of clients that break off, mostly: no matter of the hub's log */
}

bool gate_open(struct gate *g, int fd)
{
	struct MHD_OptionItem tls[TLS_OPTIONS] = { { MHD_OPTION_END, 0, NULL } };
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;

	if (web_config_has_tls(g->rules.config)) {
		flags |= MHD_USE_TLS;
		tls_options(g->rules.config, tls);
	}
	inbox_init(&g->inbox);
	g->connections = connections_most(GATE_CONNECTIONS);
	crowd_init(&g->crowd, g->connections);
	g->daemon = MHD_start_daemon(
	        flags, 0, NULL, NULL, answer, g, MHD_OPTION_EXTERNAL_LOGGER, library_says, NULL,
	        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, g->connections,
	        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES,
	        MHD_OPTION_NOTIFY_CONNECTION, crowd_notify, &g->crowd, MHD_OPTION_URI_LOG_CALLBACK, begin, g,
	        MHD_OPTION_NOTIFY_COMPLETED, end, g, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
	return g->daemon;
}

void gate_close(struct gate *g)
{
	if (g->daemon)
		MHD_stop_daemon(g->daemon);
	inbox_free(&g->inbox);
}
