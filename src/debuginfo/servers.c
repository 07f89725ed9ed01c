#include "servers.h"
#include "build.h"
#include "base/array.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "hub/http.h"
#include <errno.h>

enum { REDIRECTS_MOST = 3, CONNECT_S = 10, EXCHANGE_S = 120 };

static const uint64_t file_most = (uint64_t)DEBUGINFO_MOST_MB << 20;

struct server {
	char *url;
	bool left_out;                /* it could not be reached: */
	struct debuginfo_answer said; /* this is what came of it */
};

struct servers {
	CURL *curl;
	uint64_t file_ms;
	char error[CURL_ERROR_SIZE];
	ARRAY(struct server) all;
	/* Of the file that is on its way. */
	int fd, err;
	uint64_t bytes;
};

/* So many bytes were taken; fewer than there are end the transfer. */
static size_t take_bytes(char *bytes, size_t size, size_t count, void *servers)
{
	struct servers *s = servers;

	s->bytes += count;
	if (s->bytes > file_most)
		return 0;
	for (size_t at = 0; at < count;) {
		ssize_t put = write(s->fd, bytes + at, count - at);
		if (put <= 0) {
			s->err = put ? errno : ENOSPC;
			return 0;
		}
		at += (size_t)put;
	}
	return count;
}

static bool is_server(const char *url, size_t length)
{
	return length < 1024 && (starts_with(url, "https://") || starts_with(url, "http://"));
}

struct servers *servers_new(const char *urls, uint64_t file_ms)
{
	struct servers *s = memory_zeroed(sizeof(*s));

	s->curl = http_new(NULL, CONNECT_S, EXCHANGE_S);
	s->file_ms = file_ms;
	curl_easy_setopt(s->curl, CURLOPT_WRITEFUNCTION, take_bytes);
	curl_easy_setopt(s->curl, CURLOPT_WRITEDATA, s);
	curl_easy_setopt(s->curl, CURLOPT_ERRORBUFFER, s->error);
	curl_easy_setopt(s->curl, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(s->curl, CURLOPT_QUICK_EXIT, 1L); /* no waiting for a name server that does not answer */
	curl_easy_setopt(s->curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)file_most);
	curl_easy_setopt(s->curl, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(s->curl, CURLOPT_MAXREDIRS, (long)REDIRECTS_MOST);
	for (const char *at = urls; *(at += strspn(at, " \t\n"));) {
		size_t length = strcspn(at, " \t\n");
		if (is_server(at, length))
			*array_push(&s->all) = (struct server){ .url = memory_strndup(at, length) };
		at += length;
	}
	return s;
}

void servers_free(struct servers *s)
{
	if (!s)
		return;
	curl_easy_cleanup(s->curl);
	array_each (&s->all, server)
		free(server->url);
	array_free(&s->all);
	free(s);
}

/* Its host, and its port where one is named; no password. */
static void name_server(const char *url, struct debuginfo_answer *a)
{
	const char *host = strstr(url, "://") + 3;
	size_t length = strcspn(host, "/");

	for (size_t i = length; i-- > 0;) {
		if (host[i] != '@')
			continue;
		host += i + 1;
		length -= i + 1;
		break;
	}
	snprintf(a->server, sizeof(a->server), "%.*s", (int)MIN(length, sizeof(a->server)), host);
}

static enum debuginfo_result result_of(const struct servers *s, CURLcode code, long status)
{
	if (s->err)
		return DEBUGINFO_NO_ROOM;
	if (code == CURLE_FILESIZE_EXCEEDED || s->bytes > file_most)
		return DEBUGINFO_LARGE;
	if (code == CURLE_OPERATION_TIMEDOUT)
		return DEBUGINFO_SLOW;
	if (status == 404)
		return DEBUGINFO_UNKNOWN;
	if (code == CURLE_HTTP_RETURNED_ERROR || (code == CURLE_OK && status != 200))
		return DEBUGINFO_REFUSED;
	return code == CURLE_OK ? DEBUGINFO_CAME : DEBUGINFO_FAILED;
}

static void fill(const struct servers *s, CURLcode code, struct debuginfo_answer *a)
{
	long status = 0;

	curl_easy_getinfo(s->curl, CURLINFO_RESPONSE_CODE, &status);
	a->result = result_of(s, code, status);
	if (a->result == DEBUGINFO_NO_ROOM)
		a->limit = (uint32_t)s->err;
	else if (a->result == DEBUGINFO_SLOW)
		a->limit = (uint32_t)s->file_ms;
	else if (a->result == DEBUGINFO_REFUSED)
		a->limit = (uint32_t)status;
	else if (a->result == DEBUGINFO_FAILED)
		snprintf(a->text, sizeof(a->text), "%.63s", *s->error ? s->error : curl_easy_strerror(code));
}

/* What began encrypted goes on so. */
static void aim(struct servers *s, const struct server *to, const char *hex, uint64_t left_ms)
{
	TEXT_CLEANUP url = { 0 };
	size_t length = strlen(to->url);

	text_add_bytes(&url, to->url, length - (to->url[length - 1] == '/'));
	text_printf(&url, "/buildid/%s/debuginfo", hex);
	curl_easy_setopt(s->curl, CURLOPT_URL, url.bytes);
	curl_easy_setopt(s->curl, CURLOPT_REDIR_PROTOCOLS_STR, starts_with(to->url, "https:") ? "https" : "http,https");
	curl_easy_setopt(s->curl, CURLOPT_TIMEOUT_MS, (long)left_ms);
	s->error[0] = '\0';
	s->err = 0;
	s->bytes = 0;
}

static void ask(struct servers *s, struct server *to, const struct debuginfo_question *q, uint64_t left_ms)
{
	char hex[IMAGE_ID_HEX];

	to->said = (struct debuginfo_answer){ 0 };
	name_server(to->url, &to->said);
	image_id_hex(q->id, q->id_bytes, hex);
	if (ftruncate(s->fd, 0) || lseek(s->fd, 0, SEEK_SET)) {
		to->said.result = DEBUGINFO_NO_ROOM;
		to->said.limit = (uint32_t)errno;
		return;
	}
	aim(s, to, hex, left_ms);
	fill(s, curl_easy_perform(s->curl), &to->said);
	to->left_out = to->said.result == DEBUGINFO_FAILED || (to->said.result == DEBUGINFO_SLOW && !s->bytes);
	if (to->said.result == DEBUGINFO_CAME && !build_is(s->fd, q->id, q->id_bytes))
		to->said.result = DEBUGINFO_OTHER_BUILD;
}

/* That one has it not says less than that another could not be asked. */
static bool tells_more(const struct debuginfo_answer *a, const struct debuginfo_answer *than)
{
	return a->result == DEBUGINFO_CAME || !*than->server || than->result == DEBUGINFO_UNKNOWN;
}

void servers_fetch(struct servers *s, const struct debuginfo_question *q, int fd, struct debuginfo_answer *ret)
{
	uint64_t end_ns = clock_monotonic_ns() + s->file_ms * NS_PER_MS, now_ns = 0;

	*ret = (struct debuginfo_answer){ .result = DEBUGINFO_UNKNOWN };
	s->fd = fd;
	array_each (&s->all, to) {
		if ((now_ns = clock_monotonic_ns()) >= end_ns)
			return;
		if (!to->left_out)
			ask(s, to, q, (end_ns - now_ns) / NS_PER_MS + 1);
		if (tells_more(&to->said, ret))
			*ret = to->said;
		if (ret->result == DEBUGINFO_CAME)
			return;
	}
}
