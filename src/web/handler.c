#include "handler.h"
#include "accept.h"
#include "hosts.h"
#include "ready.h"
#include "routes.h"
#include "tasks.h"
#include "tls.h"

void *handler_begin(void *context, const char *uri, struct MHD_Connection *connection)
{
	struct exchange *e = memory_zeroed(sizeof(*e));

	e->uri = memory_strdup(uri);
	e->connection = connection;
	query_init(&e->query);
	return e;
}

void handler_end(void *context, struct MHD_Connection *connection, void **exchange,
                 enum MHD_RequestTerminationCode code)
{
	struct exchange *e = *exchange;

	if (!e)
		return;
	free(e->uri);
	free(e->user);
	free(e->password);
	query_free(&e->query);
	reply_drop(e->reply);
	free(e);
	*exchange = NULL;
}

static enum MHD_Result send_reply(struct MHD_Connection *connection, struct reply *r)
{
	enum MHD_Result sent = reply_send(connection, r);

	reply_drop(r);
	return sent;
}

static enum MHD_Result send_answer(struct MHD_Connection *connection, struct web_answer *a)
{
	return send_reply(connection, reply_make(a));
}

static enum MHD_Result send_error(struct MHD_Connection *connection, unsigned status, const char *what, const char *why,
                                  const char *mend)
{
	ANSWER_CLEANUP a = { 0 };

	answer_error(&a, status, what, why, mend);
	return send_answer(connection, &a);
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

/* Reading alone is offered, to those who have a name for us that we know. */
static bool is_refused(const struct door *d, struct MHD_Connection *connection, const char *method,
                       struct web_answer *ret)
{
	const struct site_plan *plan = d->site->plan;
	const char *length = header(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);

	if (!streq(method, MHD_HTTP_METHOD_GET) && !streq(method, MHD_HTTP_METHOD_HEAD))
		answer_error(ret, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD are answered",
		             "nothing here can be changed", NULL);
	else if ((length && !streq(length, "0")) || header(connection, MHD_HTTP_HEADER_TRANSFER_ENCODING))
		answer_error(ret, MHD_HTTP_CONTENT_TOO_LARGE, "a request has no body here", NULL, NULL);
	else if (!d->local && !host_is_ours(header(connection, MHD_HTTP_HEADER_HOST), plan->names, plan->name_count))
		answer_error(ret, MHD_HTTP_FORBIDDEN, "this server is not known by that name",
		             "another site's page could have pointed its name here (DNS rebinding)",
		             "ask by address or localhost, or start it with --web.allow-host NAME");
	else if (!d->local && tls_peer_is_refused(plan->config, connection))
		answer_error(ret, MHD_HTTP_FORBIDDEN, "a client certificate is needed",
		             "none came, or it is not signed by the authority of client_ca_file", NULL);
	else
		return false;
	return true;
}

/* Its parameters, one by one. */
struct taking {
	struct exchange *e;
	struct web_answer *error;
	bool refused;
};

static enum MHD_Result take_parameter(void *context, enum MHD_ValueKind kind, const char *key, const char *value)
{
	struct taking *t = context;

	t->refused = (t->e->document && !document_takes(t->e->document, key, t->error)) ||
	             !query_take(&t->e->query, key, value ?: "", t->error);
	return t->refused ? MHD_NO : MHD_YES;
}

static enum MHD_Result push(struct door *d, struct exchange *e)
{
	crowd_moved(&d->crowd, e->connection, true);
	if (jobs_push(&d->site->jobs, e))
		return MHD_YES;
	crowd_moved(&d->crowd, e->connection, false);
	return send_error(e->connection, MHD_HTTP_SERVICE_UNAVAILABLE, "too many ask at once", NULL,
	                  "ask again in a second");
}

static enum MHD_Result begin_document(struct door *d, struct exchange *e)
{
	ANSWER_CLEANUP error = { 0 };
	struct taking t = { .e = e, .error = &error };

	MHD_get_connection_values(e->connection, MHD_GET_ARGUMENT_KIND, take_parameter, &t);
	if (t.refused)
		return send_answer(e->connection, &error);
	e->task = e->document->question ? &task_fleet : e->document->make ? &task_document : &task_history;
	return push(d, e);
}

static enum MHD_Result send_stream(struct door *d, struct exchange *e)
{
	struct MHD_Response *response = streams_open(&d->site->streams, e->connection);

	if (!response)
		return send_error(e->connection, MHD_HTTP_SERVICE_UNAVAILABLE, "too many streams are open", NULL,
		                  "close one, or ask /-/ready now and then");
	crowd_moved(&d->crowd, e->connection, true);
	enum MHD_Result sent = MHD_queue_response(e->connection, MHD_HTTP_OK, response);
	MHD_destroy_response(response);
	return sent;
}

static enum MHD_Result begin(struct door *d, struct exchange *e, const char *path)
{
	struct web_site *s = d->site;
	ANSWER_CLEANUP a = { 0 };

	switch (route_of(s->plan, path, &e->document)) {
	case ROUTE_METRICS:
		return send_reply(
		        e->connection,
		        metrics_page_reply(&s->metrics, accepts_openmetrics(header(e->connection, "Accept"))));
	case ROUTE_STREAM:
		return send_stream(d, e);
	case ROUTE_DOCUMENT:
		return begin_document(d, e);
	case ROUTE_PAGE:
		e->task = s->plan->fleet.ask ? &task_fleet_page : &task_page;
		return push(d, e);
	case ROUTE_MOMENT:
		e->task = &task_moment;
		return push(d, e);
	case ROUTE_READY:
		ready_answer(s->plan, &a);
		return send_answer(e->connection, &a);
	default:
		route_answer(s->plan, path, &a);
		return send_answer(e->connection, &a);
	}
}

/* Who asks is known, or is asked for; passwords are the worker's matter. True: an answer is on its way. */
static bool asks_user(struct door *d, struct exchange *e, enum MHD_Result *ret)
{
	struct auth *auth = &d->site->auth;
	ANSWER_CLEANUP a = { 0 };
	char *password = NULL;

	if (d->local || !auth_asks(auth))
		return false;
	char *user = MHD_basic_auth_get_username_password(e->connection, &password);
	if (user && password && auth_knows(auth, user, password)) {
		MHD_free(user);
		MHD_free(password);
		return false;
	}
	if (user && password) {
		e->user = memory_strdup(user);
		e->password = memory_strdup(password);
		e->task = &task_nothing;
		*ret = push(d, e);
	} else {
		answer_error(&a, MHD_HTTP_UNAUTHORIZED, "a user and a password are needed", NULL, NULL);
		a.challenge = true;
		*ret = send_answer(e->connection, &a);
	}
	MHD_free(user);
	MHD_free(password);
	return true;
}

/* Back from the worker: with a reply, or (task_nothing) as somebody who is known now. */
static enum MHD_Result go_on(struct door *d, struct exchange *e, const char *path)
{
	struct reply *r = take_ptr(e->reply);
	bool admitted = e->task == &task_nothing && e->admitted;

	crowd_moved(&d->crowd, e->connection, false);
	e->queued = e->done = false;
	if (admitted)
		return begin(d, e, path);
	return r ? send_reply(e->connection, r)
	         : send_error(e->connection, MHD_HTTP_SERVICE_UNAVAILABLE, "this server is about to end", NULL, NULL);
}

enum MHD_Result handler_answer(void *context, struct MHD_Connection *connection, const char *path, const char *method,
                               const char *version, const char *upload, size_t *upload_bytes, void **exchange)
{
	struct door *d = context;
	struct exchange *e = *exchange;
	ANSWER_CLEANUP error = { 0 };
	enum MHD_Result result;

	if (!e)
		return MHD_NO;
	if (e->queued)
		return jobs_is_done(&d->site->jobs, e) ? go_on(d, e, path) : MHD_YES;
	if (!e->begun) { /* an answer at this stage ends the connection, too */
		e->begun = true;
		crowd_moved(&d->crowd, connection, false);
		return is_refused(d, connection, method, &error) ? send_answer(connection, &error) : MHD_YES;
	}
	return asks_user(d, e, &result) ? result : begin(d, e, path);
}

static struct reply *refuse_user(void)
{
	ANSWER_CLEANUP a = { 0 };

	answer_error(&a, MHD_HTTP_UNAUTHORIZED, "the user or the password is wrong", NULL, NULL);
	a.challenge = true;
	return reply_make(&a);
}

struct reply *handler_work(struct web_site *s, struct exchange *e)
{
	struct document_ground ground = { 0 };
	ANSWER_CLEANUP a = { 0 };
	bool changed;

	if (e->task == &task_nothing) {
		e->admitted = auth_check(&s->auth, e->user, e->password);
		return e->admitted ? NULL : refuse_user();
	}
	if (!e->task->needs_ground || e->query.at || ground_stand(&s->ground, &ground, &changed, &a))
		e->task->make(s, &ground, e, &a);
	return reply_make_within(&a, &s->budget);
}
