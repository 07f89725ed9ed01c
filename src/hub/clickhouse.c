#include "clickhouse.h"
#include "http.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/stop.h"
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>

enum {
	CONNECT_S = 5,
	GREET_S = 5,
	QUIET_S = 20,  /* so long no byte moves: it hangs */
	THINK_S = 120, /* and so long where it has been asked something: no byte comes before all is ready */
	EXCHANGE_S = 300,
	LAST_MS = 5000, /* who is asked to stop waits no longer */
	ANSWER_BYTES = 1 << 20,
	ROW_BYTES = 1 << 20, /* no row is longer */
	ERROR_BYTES = 300,
	TICK_MS = 200, /* so often it is looked whether to stop */
};

struct clickhouse {
	const struct clickhouse_place *place;
	CURL *curl;
	struct curl_slist *headers;
	uint64_t begin_ns;
	CURLcode code; /* of what was asked of several */
	struct text answer, error;
	char says[CURL_ERROR_SIZE]; /* the library, of what went wrong */
};

/* Rows as they come in. */
struct incoming {
	struct clickhouse *server;
	const struct row_layout *layout;
	row_visitor *visit;
	void *context;
	struct text rest; /* the beginning of a row whose end is to come */
	bool odd;
};

static bool is_name(const char *s)
{
	for (const char *c = s; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '_')
			return false;
	return *s && strlen(s) < 64;
}

static char *url_part(CURLU *u, CURLUPart part, unsigned flags)
{
	char *value = NULL, *copy;

	if (curl_url_get(u, part, &value, flags) != CURLUE_OK)
		return NULL;
	copy = memory_strdup(value);
	curl_free(value);
	return copy;
}

static void take_apart(CURLU *u, struct clickhouse_place *ret)
{
	cleanup(cleanup_free) char *path = url_part(u, CURLUPART_PATH, 0);
	cleanup(cleanup_free) char *port = url_part(u, CURLUPART_PORT, 0);
	cleanup(cleanup_free) char *scheme = url_part(u, CURLUPART_SCHEME, 0);

	ret->user = url_part(u, CURLUPART_USER, CURLU_URLDECODE);
	if (!port)
		curl_url_set(u, CURLUPART_PORT, scheme && streq(scheme, "https") ? "8443" : "8123", 0);
	curl_url_set(u, CURLUPART_USER, NULL, 0);
	curl_url_set(u, CURLUPART_PATH, "/", 0);
	ret->url = url_part(u, CURLUPART_URL, 0);
	ret->database = memory_strdup(path ? path + (*path == '/') : "");
}

/* A password in a command line is everybody's. */
static bool is_fit(CURLU *u)
{
	cleanup(cleanup_free) char *password = url_part(u, CURLUPART_PASSWORD, 0);
	cleanup(cleanup_free) char *query = url_part(u, CURLUPART_QUERY, 0);

	return !password && !query;
}

int clickhouse_place_parse(const char *text, struct clickhouse_place *ret)
{
	static const char kind[] = "clickhouse=";
	const char *url = starts_with(text, kind) ? text + strlen(kind) : "";
	CURLU *u = curl_url();
	int err = -EINVAL;

	*ret = (struct clickhouse_place){ 0 };
	if ((starts_with(url, "http://") || starts_with(url, "https://")) &&
	    curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK && is_fit(u)) {
		take_apart(u, ret);
		err = ret->url && is_name(ret->database) ? 0 : -EINVAL;
	}
	curl_url_cleanup(u);
	if (err)
		clickhouse_place_free(ret);
	return err;
}

void clickhouse_place_free(struct clickhouse_place *p)
{
	free(take_ptr(p->url));
	free(take_ptr(p->database));
	free(take_ptr(p->user));
}

bool clickhouse_place_is_open(const struct clickhouse_place *p)
{
	static const char *const here[] = { "https://", "http://127.0.0.1:", "http://[::1]:", "http://localhost:" };

	for (size_t i = 0; i < ARRAY_SIZE(here); i++)
		if (starts_with(p->url, here[i]))
			return false;
	return true;
}

/* Nobody waits for ever: a hub that is to end leaves what is not stored in its spool. */
static int keep_waiting(void *server, curl_off_t total, curl_off_t now, curl_off_t to_send, curl_off_t sent)
{
	const struct clickhouse *c = server;

	return stop_asked() && clock_monotonic_ns() - c->begin_ns > LAST_MS * NS_PER_MS;
}

static void set_headers(struct clickhouse *c)
{
	const struct clickhouse_place *p = c->place;
	TEXT_CLEANUP user = { 0 }, password = { 0 };

	c->headers = curl_slist_append(NULL, "Expect:");
	if (p->user) {
		text_printf(&user, "X-ClickHouse-User: %s", p->user);
		c->headers = curl_slist_append(c->headers, user.bytes);
	}
	if (p->password) {
		text_printf(&password, "X-ClickHouse-Key: %s", p->password);
		c->headers = curl_slist_append(c->headers, password.bytes);
	}
	curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, c->headers);
}

struct clickhouse *clickhouse_new(const struct clickhouse_place *place)
{
	struct clickhouse *c = memory_zeroed(sizeof(*c));

	c->place = place;
	c->curl = http_new(place->ca, CONNECT_S, EXCHANGE_S);
	curl_easy_setopt(c->curl, CURLOPT_ERRORBUFFER, c->says);
	curl_easy_setopt(c->curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(c->curl, CURLOPT_LOW_SPEED_TIME, (long)QUIET_S);
	curl_easy_setopt(c->curl, CURLOPT_BUFFERSIZE, 256L * 1024);
	curl_easy_setopt(c->curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(c->curl, CURLOPT_XFERINFOFUNCTION, keep_waiting);
	curl_easy_setopt(c->curl, CURLOPT_XFERINFODATA, c);
	set_headers(c);
	return c;
}

void clickhouse_free(struct clickhouse *c)
{
	if (!c)
		return;
	curl_easy_cleanup(c->curl);
	curl_slist_free_all(c->headers);
	text_free(&c->answer);
	text_free(&c->error);
	free(c);
}

const char *clickhouse_error(const struct clickhouse *c)
{
	return c->error.bytes ?: "";
}

/* "Code: 60, e.displayText() = DB::Exception: Table … doesn't exist": its first line. */
static int fail(struct clickhouse *c, int err, const char *why)
{
	char line[ERROR_BYTES];

	snprintf(line, sizeof(line), "%.*s", (int)strcspn(why, "\r\n"), why);
	c->error.length = 0;
	text_add_shown(&c->error, line);
	return err;
}

static int fail_to_reach(struct clickhouse *c, CURLcode code)
{
	switch (code) {
	case CURLE_COULDNT_CONNECT:
		return fail(c, -ECONNREFUSED, "it does not answer: nothing listens there");
	case CURLE_OPERATION_TIMEDOUT:
		return fail(c, -ETIMEDOUT, "it does not answer: it takes what is sent, and nothing comes back");
	case CURLE_ABORTED_BY_CALLBACK:
		return fail(c, -EINTR, "it did not answer before this was to end");
	default:
		return fail(c, -EHOSTUNREACH, http_why(c->curl, code, c->says));
	}
}

static void exchange_begin(struct clickhouse *c)
{
	c->begin_ns = clock_monotonic_ns();
	c->answer.length = 0;
	c->says[0] = '\0';
	text_add(&c->answer, "");
}

/* What comes with another status is why. */
static int exchange_end(struct clickhouse *c, CURLcode code)
{
	long status = 0;

	curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
	if (code != CURLE_OK && code != CURLE_WRITE_ERROR)
		return fail_to_reach(c, code);
	if (status != 200)
		return fail(c, -EIO, c->answer.bytes[0] ? c->answer.bytes : "it is no ClickHouse");
	return code == CURLE_OK ? 0 : fail(c, -EBADMSG, "it says more than was asked");
}

static void set_url(struct clickhouse *c, const char *sql, const char *more)
{
	TEXT_CLEANUP url = { 0 };
	char *query = curl_easy_escape(c->curl, sql, 0);

	text_printf(&url, "%s?query=%s%s", c->place->url, query, more);
	curl_easy_setopt(c->curl, CURLOPT_URL, url.bytes);
	curl_free(query);
}

static size_t take_answer(char *bytes, size_t size, size_t count, void *server)
{
	struct clickhouse *c = server;

	if (c->answer.length + count > ANSWER_BYTES)
		return 0;
	text_add_bytes(&c->answer, bytes, count);
	return count;
}

int clickhouse_run(struct clickhouse *c, const char *sql, const struct text *rows, struct text *ret)
{
	const struct text none = { .bytes = (char[]){ "" } }, *body = rows ?: &none;

	set_url(c, sql, "");
	curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, take_answer);
	curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, c);
	curl_easy_setopt(c->curl, CURLOPT_POST, 1L);
	curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body->length);
	curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, body->bytes);
	exchange_begin(c);
	int err = exchange_end(c, curl_easy_perform(c->curl));
	if (!err && ret)
		text_add_bytes(ret, c->answer.bytes, c->answer.length);
	return err;
}

int clickhouse_greet(struct clickhouse *c, struct text *ret)
{
	curl_easy_setopt(c->curl, CURLOPT_TIMEOUT, (long)GREET_S);
	int err = clickhouse_run(c, "SELECT version()", NULL, ret);
	curl_easy_setopt(c->curl, CURLOPT_TIMEOUT, (long)EXCHANGE_S);
	return err;
}

union any_row {
	struct host_row host;
	struct endpoint_row endpoint;
	struct rollup_row rollup;
	struct finding_row finding;
	struct suspect_row suspect;
	struct look_row look;
	struct count_row count;
};

/* The host, and the columns as they are sent. */
static bool visit_one(struct incoming *in, struct row_bytes bytes, struct arena *arena)
{
	union any_row row = { 0 };
	uint64_t host_id;
	const char *why;

	memcpy(&host_id, bytes.at, sizeof(host_id));
	bytes.at += sizeof(host_id);
	bytes.left -= sizeof(host_id);
	if (row_read(&bytes, in->layout, NULL, arena, &row, &why))
		return false;
	in->visit(in->context, host_id, &row);
	return true;
}

static size_t length_of_one(const struct incoming *in, struct row_bytes bytes)
{
	const struct row_bytes after = { bytes.at + sizeof(uint64_t), bytes.left - sizeof(uint64_t) };
	size_t length = bytes.left < sizeof(uint64_t) ? 0 : row_length(after, in->layout);

	return length ? length + sizeof(uint64_t) : 0;
}

/* Whole rows; the rest waits for what comes next. */
static bool take_rows(struct incoming *in)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct row_bytes bytes = { (const uint8_t *)in->rest.bytes, in->rest.length };

	for (size_t length; (length = length_of_one(in, bytes));) {
		if (!visit_one(in, (struct row_bytes){ bytes.at, length }, arena))
			return false;
		bytes.at += length;
		bytes.left -= length;
	}
	memmove(in->rest.bytes, bytes.at, bytes.left);
	in->rest.length = bytes.left;
	return bytes.left < ROW_BYTES;
}

static size_t take_incoming(char *bytes, size_t size, size_t count, void *incoming)
{
	struct incoming *in = incoming;
	long status = 0;

	curl_easy_getinfo(in->server->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status != 200)
		return take_answer(bytes, size, count, in->server);
	text_add_bytes(&in->rest, bytes, count);
	in->odd = !take_rows(in);
	return in->odd ? 0 : count;
}

static void add_table(struct clickhouse *c, curl_mime *form, const char *name, const void *rows, size_t bytes)
{
	curl_mimepart *part = curl_mime_addpart(form);

	curl_mime_name(part, name);
	curl_mime_filename(part, name);
	curl_mime_data(part, rows ?: "", bytes);
}

/* What a question speaks of goes along as tables. */
static curl_mime *tables_of(struct clickhouse *c, const struct row_asked *asked)
{
	static const struct row_column word[] = { { "word", ROW_TEXT }, { 0 } };
	curl_mime *form = curl_mime_init(c->curl);
	TEXT_CLEANUP words = { 0 };

	for (size_t i = 0; i < asked->word_count; i++)
		row_write(&words, word, &asked->words[i]);
	add_table(c, form, "asked", asked->looks, asked->look_count * sizeof(*asked->looks));
	add_table(c, form, "ids", asked->ids, asked->id_count * sizeof(*asked->ids));
	add_table(c, form, "words", words.bytes, words.length);
	return form;
}

/* All is ready before the first byte comes: else an error would stand among the rows. */
static const char asked_tables[] =
        "&wait_end_of_query=1&asked_format=RowBinary&asked_structure=host_id%20UInt64,at_ms%20UInt64"
        "&ids_format=RowBinary&ids_structure=id%20UInt64,host_id%20UInt64"
        "&words_format=RowBinary&words_structure=word%20String";

/* One server's part of an answer. */
struct answering {
	struct incoming in;
	curl_mime *form;
};

static void ask_begin(struct answering *a, struct clickhouse *c, const struct row_asked *asked, row_visitor *visit,
                      void *context)
{
	TEXT_CLEANUP sql = { 0 }, more = { 0 };

	a->in = (struct incoming){
		.server = c, .layout = row_question_layout(asked->what), .visit = visit, .context = context
	};
	a->form = tables_of(c, asked);
	row_question_add(&sql, asked, ROW_CLICKHOUSE);
	text_add(&sql, " FORMAT RowBinary");
	text_printf(&more, "&database=%s%s", c->place->database, asked_tables);
	set_url(c, sql.bytes, more.bytes);
	curl_easy_setopt(c->curl, CURLOPT_MIMEPOST, a->form);
	curl_easy_setopt(c->curl, CURLOPT_LOW_SPEED_TIME, (long)THINK_S);
	curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, take_incoming);
	curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, &a->in);
	curl_easy_setopt(c->curl, CURLOPT_PRIVATE, c);
	exchange_begin(c);
}

static int ask_end(struct answering *a)
{
	struct clickhouse *c = a->in.server;
	int err = exchange_end(c, c->code);

	if (a->in.odd || (!err && a->in.rest.length))
		err = fail(c, -EBADMSG, "what comes from it are not the rows of a hub");
	text_free(&a->in.rest);
	curl_easy_setopt(c->curl, CURLOPT_MIMEPOST, NULL);
	curl_mime_free(a->form);
	return err;
}

static void note_ends(CURLM *all)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(all, &left))) {
		struct clickhouse *c = NULL;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&c);
		if (message->msg == CURLMSG_DONE)
			c->code = message->data.result;
	}
}

static void run_all(CURLM *all)
{
	int running = 0;

	do {
		curl_multi_perform(all, &running);
		note_ends(all);
	} while (running && curl_multi_poll(all, NULL, 0, TICK_MS, NULL) == CURLM_OK);
}

void clickhouse_ask(struct clickhouse_part *parts, size_t count, const struct row_asked *asked, row_visitor *visit,
                    void *context)
{
	cleanup(cleanup_free) struct answering *answers = memory_zeroed(count * sizeof(*answers));
	CURLM *all = curl_multi_init();

	for (size_t i = 0; i < count; i++) {
		ask_begin(&answers[i], parts[i].server, asked, visit, context);
		parts[i].server->code = CURLE_SEND_ERROR; /* until it is told otherwise */
		curl_multi_add_handle(all, parts[i].server->curl);
	}
	run_all(all);
	for (size_t i = 0; i < count; i++) {
		curl_multi_remove_handle(all, parts[i].server->curl);
		parts[i].err = ask_end(&answers[i]);
	}
	curl_multi_cleanup(all);
}
