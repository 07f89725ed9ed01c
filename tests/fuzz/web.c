/* What strangers send to `unfin web`, behind the library that parses HTTP: a header, a path, parameters; and the file
 * of its administrator. The first byte says which. */
#include "page/embed.h"
#include "fuzz.h"
#include "../unit/scene.h"
#include "web/accept.h"
#include "web/config.h"
#include "web/documents.h"
#include "web/hosts.h"
#include "web/listen.h"
#include "web/page.h"
#include "web/routes.h"
#include "web/site.h"

static void expect_answer(const struct web_answer *a)
{
	if (a->type == answer_json)
		fuzz_expect_json(&a->body);
}

/* A path, then parameters: a line each, NAME=VALUE. */
static void ask(char *text)
{
	cleanup(moment_cleanup) struct moment *m = scene_new();
	cleanup(judgement_cleanup) struct judgement *j = judge(m);
	cleanup(orders_free) struct orders orders = { 0 };
	struct document_ground ground = { m, &request_default, j, &orders };
	struct site_plan plan = { .moment = "/run/unfin/moment", .telemetry = "/metrics" };
	cleanup(query_free) struct query q;
	ANSWER_CLEANUP a = answer_of(answer_json);
	const struct document *d = NULL;
	char *rest = NULL, *path = strtok_r(text, "\n", &rest), *line;
	bool fine = true;

	query_init(&q);
	m->netns.items[0].in_scope = true;
	enum route route = route_of(&plan, path ?: "", &d);
	while (fine && (line = strtok_r(NULL, "\n", &rest))) {
		char *value = strchr(line, '=');
		if (value)
			*value++ = '\0';
		fine = (!d || document_takes(d, line, &a)) && query_take(&q, line, value ?: "", &a);
	}
	if (fine && d && d->make)
		d->make(&ground, &q, &a);
	else if (fine && route != ROUTE_PAGE)
		route_answer(&plan, path ?: "", &a);
	if (!fine || route != ROUTE_PAGE) /* the page is made by the server itself */
		expect_answer(&a);
	if (m->narrowed.count)
		abort(); /* what a document says of itself is over with it */
}

static void configure(const char *text, size_t length)
{
	struct web_config c = { 0 };
	struct web_config_error error = { 0 };
	struct text yaml = { (char *)text, length, 0 };

	if (web_config_parse("web.yml", "/nowhere", &yaml, &c, &error) && !error.what.length)
		abort();
	text_free(&error.what);
	web_config_free(&c);
}

static void parse_headers(const char *text)
{
	static const char *const names[] = { "node1.example" };
	TEXT_CLEANUP html = { 0 }, openmetrics = { 0 };
	struct listen_address a;

	host_is_ours(text, names, 1);
	accepts_openmetrics(text);
	listen_parse(text, &a);
	html_add(&html, text);
	if (html.length && strpbrk(html.bytes, "<>\"'"))
		abort();
	openmetrics_from_text(&openmetrics, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct fuzz_input in = { bytes, length };
	uint64_t kind = fuzz_number(&in, 1);
	size_t rest = in.length;
	cleanup(cleanup_free) char *text = fuzz_text(&in, SIZE_MAX);

	if (kind % 3 == 0)
		ask(text);
	else if (kind % 3 == 1)
		configure(text, rest);
	else
		parse_headers(text);
	return 0;
}
