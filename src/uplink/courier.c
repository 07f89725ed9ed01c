#include "courier.h"
#include "base/clock.h"
#include "base/stop.h"
#include "base/json.h"
#include "base/memory.h"
#include "hub/batch.h"
#include "hub/http.h"
#include <inttypes.h>
#include <jansson.h>

enum {
	CONNECT_S = 10,
	EXCHANGE_S = 60,
	TIME_S = 5, /* to ask for the hub's time: looks wait for that */
	ANSWER_BYTES = 64 * 1024,
	EXCHANGES = 8, /* of which the quickest tells the time */
};

struct courier {
	CURL *curl;
	CURLM *under_way; /* it alone, or nothing */
	struct curl_slist *headers;
	char *batch_url, *time_url;
	struct text answer;
	char error[CURL_ERROR_SIZE];
};

/* Whatever a hub says, it is not long. */
static size_t take_answer(char *bytes, size_t size, size_t count, void *courier)
{
	struct courier *c = courier;

	if (c->answer.length + count > ANSWER_BYTES)
		return 0;
	text_add_bytes(&c->answer, bytes, count);
	return count;
}

static char *joined(const char *url, const char *path)
{
	TEXT_CLEANUP t = { 0 };
	size_t length = strlen(url);

	text_add_bytes(&t, url, length && url[length - 1] == '/' ? length - 1 : length);
	text_add(&t, path);
	return memory_strdup(t.bytes);
}

static void set_headers(struct courier *c, const struct courier_plan *p)
{
	TEXT_CLEANUP t = { 0 };

	c->headers = curl_slist_append(NULL, "Content-Type: application/octet-stream");
	c->headers = curl_slist_append(c->headers, "Expect:");
	text_printf(&t, "Authorization: Bearer %016" PRIx64 ".%s", p->host_id, p->token ?: "");
	if (p->token)
		c->headers = curl_slist_append(c->headers, t.bytes);
	curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, c->headers);
}

/* Who is told to end does not wait for a hub. */
static int is_to_end(void *context, curl_off_t to_come, curl_off_t came, curl_off_t to_go, curl_off_t went)
{
	return stop_asked();
}

struct courier *courier_new(const struct courier_plan *p)
{
	struct courier *c = memory_zeroed(sizeof(*c));

	c->curl = http_new(p->ca, CONNECT_S, EXCHANGE_S);
	c->under_way = curl_multi_init();
	c->batch_url = joined(p->url, "/v1/batch");
	c->time_url = joined(p->url, "/v1/time");
	curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, take_answer);
	curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, c);
	curl_easy_setopt(c->curl, CURLOPT_ERRORBUFFER, c->error);
	curl_easy_setopt(c->curl, CURLOPT_XFERINFOFUNCTION, is_to_end);
	curl_easy_setopt(c->curl, CURLOPT_NOPROGRESS, 0L);
	if (p->certificate) {
		curl_easy_setopt(c->curl, CURLOPT_SSLCERT, p->certificate);
		curl_easy_setopt(c->curl, CURLOPT_SSLKEY, p->key);
	}
	set_headers(c, p);
	return c;
}

void courier_free(struct courier *c)
{
	if (!c)
		return;
	curl_multi_remove_handle(c->under_way, c->curl);
	curl_easy_cleanup(c->curl);
	curl_multi_cleanup(c->under_way);
	curl_slist_free_all(c->headers);
	free(c->batch_url);
	free(c->time_url);
	text_free(&c->answer);
	free(c);
}

static void copy(char *to, size_t room, const json_t *from)
{
	TEXT_CLEANUP t = { 0 };

	text_add_shown(&t, json_string_value(from) ?: "");
	snprintf(to, room, "%s", t.bytes ?: "");
}

/* What a hub says of a refusal; another server says something else, which is left out. */
static void read_answer(const struct courier *c, struct courier_answer *ret)
{
	json_t *j = json_loadb(c->answer.bytes ?: "", c->answer.length, 0, NULL);
	json_int_t epoch = json_integer_value(json_object_get(j, "next_epoch"));

	copy(ret->what, sizeof(ret->what), json_object_get(j, "what"));
	copy(ret->why, sizeof(ret->why), json_object_get(j, "why"));
	copy(ret->mend, sizeof(ret->mend), json_object_get(j, "mend"));
	ret->next_epoch = epoch > 0 && epoch < UINT32_MAX ? (uint32_t)epoch : 0;
	json_decref(j);
}

static void begin(struct courier *c, long seconds)
{
	curl_easy_setopt(c->curl, CURLOPT_TIMEOUT, seconds);
	c->answer.length = 0;
	c->error[0] = '\0';
	curl_multi_add_handle(c->under_way, c->curl);
}

/* So long at most. False: it is under way still. */
static bool has_ended(struct courier *c, uint64_t ms, CURLcode *ret)
{
	uint64_t end_ns = clock_monotonic_ns() + ms * NS_PER_MS, now_ns;
	int running = 0, others;

	while (curl_multi_perform(c->under_way, &running) == CURLM_OK && running) {
		now_ns = clock_monotonic_ns();
		if (now_ns >= end_ns)
			return false;
		curl_multi_poll(c->under_way, NULL, 0, (int)((end_ns - now_ns) / NS_PER_MS) + 1, NULL);
	}
	const CURLMsg *told = curl_multi_info_read(c->under_way, &others);
	*ret = told ? told->data.result : CURLE_FAILED_INIT;
	curl_multi_remove_handle(c->under_way, c->curl);
	return true;
}

static long status_of(const struct courier *c)
{
	long status = 0;

	curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

void courier_send(struct courier *c, const struct text *batch)
{
	curl_easy_setopt(c->curl, CURLOPT_URL, c->batch_url);
	curl_easy_setopt(c->curl, CURLOPT_POST, 1L);
	curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)batch->length);
	curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, batch->bytes);
	begin(c, EXCHANGE_S);
}

bool courier_wait(struct courier *c, uint64_t ms, struct courier_answer *ret)
{
	curl_off_t retry_s = 0;
	CURLcode code;

	if (!has_ended(c, ms, &code))
		return false;
	*ret = (struct courier_answer){ 0 };
	if (code != CURLE_OK) {
		snprintf(ret->what, sizeof(ret->what), "%s", http_why(c->curl, code, c->error));
		return true;
	}
	ret->status = status_of(c);
	curl_easy_getinfo(c->curl, CURLINFO_RETRY_AFTER, &retry_s);
	ret->retry_ms = (uint64_t)MAX(MIN(retry_s, 600), 0) * MS_PER_S;
	read_answer(c, ret);
	return true;
}

static bool read_time(const struct courier *c, uint64_t *ret)
{
	json_t *j = json_loadb(c->answer.bytes ?: "", c->answer.length, 0, NULL);
	json_int_t at = json_integer_value(json_object_get(j, "unix_ms"));

	json_decref(j);
	*ret = (uint64_t)at;
	return at > 0;
}

static bool ask_time(struct courier *c, uint64_t *ret_ms)
{
	CURLcode code;

	begin(c, TIME_S);
	while (!has_ended(c, TIME_S * MS_PER_S, &code))
		;
	return code == CURLE_OK && status_of(c) == 200 && read_time(c, ret_ms);
}

/* The hub's time was read somewhere between asking and answer: in the middle, on average, and the less there is between
 * them, the less it can be off. */
bool courier_offset_ms(struct courier *c, int64_t *ret)
{
	uint64_t best_ns = UINT64_MAX;

	curl_easy_setopt(c->curl, CURLOPT_URL, c->time_url);
	curl_easy_setopt(c->curl, CURLOPT_HTTPGET, 1L);
	for (unsigned n = 0; n < EXCHANGES; n++) {
		uint64_t begin_ns = clock_monotonic_ns(), hub_ms;
		if (!ask_time(c, &hub_ms))
			break;
		uint64_t took_ns = clock_monotonic_ns() - begin_ns;
		if (took_ns < best_ns) {
			best_ns = took_ns;
			*ret = (int64_t)(clock_unix_ms() - took_ns / 2 / NS_PER_MS - hub_ms);
		}
	}
	return best_ns != UINT64_MAX;
}
