/* What the web server decides before it looks at anything: names, formats, routes, parameters, its config. */
#include "unit.h"
#include "scene.h"
#include "web/accept.h"
#include "web/config.h"
#include "web/documents.h"
#include "web/ground.h"
#include "web/hosts.h"
#include "web/listen.h"
#include "web/page.h"
#include "web/routes.h"
#include "web/site.h"
#include <errno.h>
#include <jansson.h>

static void only_names_that_are_ours(void **state)
{
	static const char *const names[] = { "node1.example" };
	static const char *const ours[] = { NULL,         "localhost", "LOCALHOST:9779",    "127.0.0.1:9779",
		                            "[::1]:9779", "10.0.0.1",  "node1.example:9779" };
	static const char *const others[] = { "evil.example",
		                              "localhost.evil.example",
		                              "127.0.0.1.evil.example:9779",
		                              "",
		                              ":9779",
		                              "[::1",
		                              "localhost:x",
		                              "localhost:123456",
		                              "node1.example.evil",
		                              "[]:1",
		                              "a]b",
		                              "localhost:9779:1" };

	for (size_t i = 0; i < ARRAY_SIZE(ours); i++)
		assert_true(host_is_ours(ours[i], names, 1));
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		assert_false(host_is_ours(others[i], names, 1));
}

static void the_format_that_is_wanted_more(void **state)
{
	assert_true(accepts_openmetrics("application/openmetrics-text; version=1.0.0; charset=utf-8"));
	assert_true(accepts_openmetrics(
	        "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"));
	assert_false(accepts_openmetrics(
	        "application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5"));
	assert_false(accepts_openmetrics("application/openmetrics-text;version=1.0.0;q=0.2,text/plain;q=0.5"));
	assert_false(accepts_openmetrics("application/openmetrics-text;q=0"));
	assert_false(accepts_openmetrics("text/html,*/*"));
	assert_false(accepts_openmetrics(",;=,;q=,q"));
	assert_false(accepts_openmetrics(NULL));
}

static void openmetrics_has_its_own_names_and_an_end(void **state)
{
	TEXT_CLEANUP t = { 0 };

	openmetrics_from_text(&t, "# HELP a_total A.\n# TYPE a_total counter\na_total 1\n# TYPE b gauge\nb 2\n");
	assert_string_equal(t.bytes, "# HELP a A.\n# TYPE a counter\na_total 1\n# TYPE b gauge\nb 2\n# EOF\n");
}

static void a_page_holds_no_foreign_markup(void **state)
{
	cleanup(moment_cleanup) struct moment *m = scene_new();
	cleanup(judgement_cleanup) struct judgement *j = judge(m);
	struct document_ground g = { .moment = m, .request = &request_default, .judgement = j };
	struct site_plan plan = { .telemetry = "/metrics" };
	TEXT_CLEANUP t = { 0 };

	m->host = "<script>alert('1')</script>&\"";
	page_write(&t, &g, &plan);
	assert_null(strstr(t.bytes, "<script>"));
	assert_non_null(strstr(t.bytes, "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;"));
}

static struct web_answer ask(const char *name, const char *parameter, const char *value)
{
	cleanup(moment_cleanup) struct moment *m = scene_new();
	cleanup(judgement_cleanup) struct judgement *j = judge(m);
	cleanup(orders_free) struct orders orders = { 0 };
	struct document_ground g = { m, &request_default, j, &orders };
	cleanup(query_free) struct query q;
	struct web_answer a = answer_of(answer_json);

	m->netns.items[0].in_scope = true;
	query_init(&q);
	if (!parameter || query_take(&q, parameter, value, &a))
		document_find(name, false)->make(&g, &q, &a);
	return a;
}

static void every_answer_is_json(void **state)
{
	static const struct {
		const char *name, *parameter, *value;
		unsigned status;
	} rows[] = {
		{ "check", NULL, NULL, 200 },
		{ "check", "expr", "pid == 100", 200 },
		{ "check", "expr", "pid ==", 400 },
		{ "list", NULL, NULL, 200 },
		{ "list", "expr", "state == close-wait and comm ~ \"*\"", 200 },
		{ "list", "columns", "state,nothing", 400 },
		{ "list", "sort", "-age,pid", 200 },
		{ "list", "group_by", "state", 200 },
		{ "list", "limit", "0", 200 },
		{ "list", "limit", "many", 400 },
		{ "list", "offset", "4294967295", 200 },
		{ "ports", NULL, NULL, 200 },
		{ "limits", NULL, NULL, 200 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		ANSWER_CLEANUP a = ask(rows[i].name, rows[i].parameter, rows[i].value);
		json_t *document = json_loadb(a.body.bytes, a.body.length, 0, NULL);
		assert_non_null(document);
		assert_int_equal(a.status, rows[i].status);
		assert_int_equal(json_object_get(document, "what") != NULL, a.status != 200);
		json_decref(document);
	}
}

static void a_list_comes_in_parts(void **state)
{
	ANSWER_CLEANUP a = ask("list", "limit", "2");
	json_t *document = json_loadb(a.body.bytes, a.body.length, 0, NULL);

	assert_int_equal(a.rows, 7);
	assert_int_equal(json_array_size(json_object_get(document, "sockets")), 2);
	json_decref(document);
}

/* The last ones are found by what was asked for; the one that was not asked for any more gives way. */
static void the_last_orders_are_kept(void **state)
{
	cleanup(orders_free) struct orders o = { 0 };
	uint32_t *rows[3];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		rows[i] = memory_zeroed(sizeof(**rows));
	assert_null(orders_find(&o, NULL, NULL));
	orders_put(&o, NULL, "-age_ms", rows[0], 1);
	orders_put(&o, "pid == 1", "-age_ms", rows[1], 1);
	assert_ptr_equal(orders_find(&o, "", "-age_ms")->rows, rows[0]);
	assert_null(orders_find(&o, "", "age_ms"));
	orders_put(&o, "pid == 1", "peer", rows[2], 1);
	assert_ptr_equal(orders_find(&o, "", "-age_ms")->rows, rows[0]);
	assert_ptr_equal(orders_find(&o, "pid == 1", "peer")->rows, rows[2]);
	assert_null(orders_find(&o, "pid == 1", "-age_ms"));
}

static void what_a_document_does_not_take_is_told(void **state)
{
	ANSWER_CLEANUP a = { 0 };

	assert_true(document_takes(document_find("list", false), "sort", &a));
	assert_false(document_takes(document_find("ports", false), "expr", &a));
	assert_int_equal(a.status, 400);
	assert_null(document_find("moment", false));
	assert_null(document_find("check", true));
	assert_null(document_find("fleet/pairs", false));
	assert_string_equal(document_find("fleet/pairs", true)->question, "pairs");
}

static void addresses_to_listen_on(void **state)
{
	static const struct {
		const char *text;
		bool fine, local;
	} rows[] = {
		{ "127.0.0.1:9779", true, true },
		{ "[::1]:80", true, true },
		{ "localhost:1", true, true },
		{ ":9779", true, false },
		{ "0.0.0.0:1", true, false },
		{ "10.0.0.1:9779", true, false },
		{ "unix:/run/x.sock", true, true },
		{ "unix:x.sock", false },
		{ "127.0.0.1", false },
		{ "127.0.0.1:0", false },
		{ "host:80", false },
		{ "", false },
		{ ":", false },
		{ ":70000", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct listen_address a;
		assert_int_equal(!listen_parse(rows[i].text, &a), rows[i].fine);
		assert_true(!rows[i].fine || listen_is_local(&a) == rows[i].local);
	}
}

#define HASH "$2y$10$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static int parse(const char *yaml, struct web_config *c, char told[256])
{
	struct web_config_error error = { 0 };
	struct text t = { (char *)yaml, strlen(yaml), 0 };
	int err = web_config_parse("web.yml", "/nowhere", &t, c, &error);

	snprintf(told, 256, "%s", error.what.bytes ?: "");
	text_free(&error.what);
	return err;
}

static void a_config_that_would_not_lock_is_refused(void **state)
{
	static const struct {
		const char *yaml, *told;
	} rows[] = {
		{ "basic_auth_user:\n  a: b\n", "web.yml:1: there is no section \"basic_auth_user\"; did you mean "
		                                "basic_auth_users?" },
		{ "basic_auth_users:\n  alice: secret\n", "web.yml:2: the password of alice is no bcrypt hash" },
		{ "tls_server_config:\n  cert_fil: x\n",
		  "web.yml:2: there is no key of tls_server_config \"cert_fil\"; did you "
		  "mean cert_file?" },
		{ "tls_server_config:\n  cert_file: a.crt\n", "web.yml: cert_file and key_file go together" },
		{ "tls_server_config:\n  cert_file: a\n  key_file: b\n",
		  "web.yml: cert_file /nowhere/a: No such file or "
		  "directory" },
		{ "tls_server_config:\n  client_auth_type: RequireAnyClientCert\n",
		  "web.yml:2: RequireAnyClientCert lets in "
		  "whoever makes a certificate" },
		{ "tls_server_config:\n  min_version: TLS10\n", "web.yml:2: TLS10 is not offered any more" },
		{ "tls_server_config:\n  cipher_suites: [a]\n",
		  "web.yml:2: cipher_suites cannot be set for this server" },
		{ "a: &x [1]\nb: *x\n", "web.yml:1: there is no section \"a\"" },
		{ "- 1\n", "web.yml:1: a list is expected nowhere here" },
		{ "tls_server_config: yes\n", "web.yml:1: tls_server_config has keys below it, not \"yes\"" },
		{ "a: b: c\n", "web.yml:1: " },
		{ "word\n", "web.yml:1: a section is expected" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct web_config c = { 0 };
		char told[256];
		assert_int_equal(parse(rows[i].yaml, &c, told), -(i == 4 ? ENOENT : EINVAL));
		if (strncmp(told, rows[i].told, strlen(rows[i].told)))
			fail_msg("%s: %s", rows[i].yaml, told);
		web_config_free(&c);
	}
}

static void a_config_of_the_exporters_is_read(void **state)
{
	struct web_config c = { 0 };
	char told[256];

	assert_int_equal(parse("# users\ntls_server_config:\n  min_version: TLS13\nhttp_server_config:\n  http2: true\n"
	                       "basic_auth_users:\n  alice: " HASH "\n  bob: '" HASH "'\n",
	                       &c, told),
	                 0);
	assert_int_equal(c.users.count, 2);
	assert_string_equal(c.users.items[1].name, "bob");
	assert_true(c.tls_13 && !web_config_has_tls(&c));
	web_config_free(&c);
	c = (struct web_config){ 0 };
	assert_int_equal(parse("", &c, told), 0);
	assert_int_equal(parse("basic_auth_users:\n", &c, told), 0);
}

static int read_and_count(void *context, uint64_t at_ms, struct moment *m, struct gap *ret_why)
{
	(*(unsigned *)context)++;
	return at_ms == 7 ? -ENOENT : 0;
}

static void a_moment_of_then_is_read_once(void **state)
{
	struct then_ground then = { 0 };
	struct document_ground g;
	struct gap why;
	unsigned reads = 0;

	assert_int_equal(then_stand(&then, &request_default, read_and_count, &reads, 1, &g, &why), 0);
	assert_int_equal(then_stand(&then, &request_default, read_and_count, &reads, 1, &g, &why), 0);
	assert_int_equal(reads, 1);
	assert_int_equal(then_stand(&then, &request_default, read_and_count, &reads, 7, &g, &why), -ENOENT);
	assert_int_equal(then_stand(&then, &request_default, read_and_count, &reads, 7, &g, &why), -ENOENT);
	assert_int_equal(reads, 3); /* what could not be read is tried again */
	assert_int_equal(then_stand(&then, &request_default, read_and_count, &reads, 1, &g, &why), 0);
	then_rest(&then, UINT64_MAX);
	assert_non_null(then.moment);
	then_rest(&then, 0);
	assert_null(then.moment);
}

UNIT_MAIN(TEST(only_names_that_are_ours), TEST(the_format_that_is_wanted_more),
          TEST(openmetrics_has_its_own_names_and_an_end), TEST(a_page_holds_no_foreign_markup),
          TEST(every_answer_is_json), TEST(a_list_comes_in_parts), TEST(the_last_orders_are_kept),
          TEST(what_a_document_does_not_take_is_told), TEST(addresses_to_listen_on),
          TEST(a_config_that_would_not_lock_is_refused), TEST(a_config_of_the_exporters_is_read),
          TEST(a_moment_of_then_is_read_once));
