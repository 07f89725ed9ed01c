#include "reply.h"
#include "base/memory.h"

struct reply {
	struct MHD_Response *response; /* NULL: memory was short in the library */
	unsigned status;
	size_t bytes;
	atomic_uint owners;
};

/* A body, until the library has sent it to the last one who asked. */
struct body {
	struct text text;
	struct reply_budget *budget; /* or NULL */
};

static void body_free(void *context)
{
	struct body *b = context;

	if (b->budget)
		atomic_fetch_sub(&b->budget->bytes, b->text.length);
	text_free(&b->text);
	free(b);
}

static struct MHD_Response *response_of(struct web_answer *a, struct reply_budget *budget)
{
	struct body *b = memory_zeroed(sizeof(*b));

	text_add(&a->body, "");
	*b = (struct body){ a->body, budget };
	a->body = (struct text){ 0 };
	if (budget)
		atomic_fetch_add(&budget->bytes, b->text.length);
	struct MHD_Response *response =
	        MHD_create_response_from_buffer_with_free_callback_cls(b->text.length, b->text.bytes, body_free, b);
	if (!response)
		body_free(b);
	return response;
}

static const struct {
	const char *name, *value;
} always[] = {
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cache-Control", "no-store" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "X-Frame-Options", "DENY" },
	{ "Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
	                             "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'" },
};

void reply_dress(struct MHD_Response *response, const char *type)
{
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	for (size_t i = 0; i < ARRAY_SIZE(always); i++)
		MHD_add_response_header(response, always[i].name, always[i].value);
}

static void add_details(struct MHD_Response *response, const struct web_answer *a)
{
	char rows[24];

	if (a->status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	if (a->status == MHD_HTTP_SERVICE_UNAVAILABLE)
		MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, "1");
	if (a->challenge)
		MHD_add_response_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE,
		                        "Basic realm=\"unfin\", charset=\"UTF-8\"");
	if (a->type == answer_file)
		MHD_add_response_header(response, "Content-Disposition", "attachment; filename=\"moment.unfin\"");
	if (a->rows == SIZE_MAX)
		return;
	snprintf(rows, sizeof(rows), "%zu", a->rows);
	MHD_add_response_header(response, "Unfin-Rows-Total", rows);
}

struct reply *reply_make_within(struct web_answer *a, struct reply_budget *budget)
{
	struct reply *r = memory_zeroed(sizeof(*r));

	if (budget && atomic_load(&budget->bytes) + a->body.length > REPLY_BYTES_MOST)
		answer_error(a, MHD_HTTP_SERVICE_UNAVAILABLE, "too much waits to be sent",
		             "others read large answers slowly", "ask for fewer rows: limit=1000");
	r->status = a->status;
	r->owners = 1;
	r->bytes = a->body.length;
	r->response = response_of(a, budget);
	if (r->response) {
		reply_dress(r->response, a->type);
		add_details(r->response, a);
	}
	return r;
}

struct reply *reply_make(struct web_answer *a)
{
	return reply_make_within(a, NULL);
}

size_t reply_bytes(const struct reply *r)
{
	return r->bytes;
}

struct reply *reply_share(struct reply *r)
{
	atomic_fetch_add(&r->owners, 1);
	return r;
}

void reply_drop(struct reply *r)
{
	if (!r || atomic_fetch_sub(&r->owners, 1) != 1)
		return;
	if (r->response)
		MHD_destroy_response(r->response);
	free(r);
}

enum MHD_Result reply_send(struct MHD_Connection *connection, const struct reply *r)
{
	return r->response ? MHD_queue_response(connection, r->status, r->response) : MHD_NO;
}
