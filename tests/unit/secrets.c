/* Secrets of command lines, and what only looks like one. */
#include "unit.h"
#include "model/secrets.h"

static void equal(const char *line, size_t length, const char *expected)
{
	TEXT_CLEANUP out = { 0 }, again = { 0 };

	text_add(&out, "");
	text_add(&again, "");
	secrets_mask(&out, line, length);
	assert_string_equal(out.bytes, expected);
	secrets_mask(&again, out.bytes, out.length);
	assert_string_equal(again.bytes, expected); /* once more changes nothing */
}

static const struct {
	const char *line, *shown;
} rows[] = {
	{ "app --password=hunter2 --port=80", "app --password=*** --port=80" },
	{ "app --db-password hunter2 -v", "app --db-password *** -v" },
	{ "java -Djdbc.password=x -jar a.jar", "java -Djdbc.password=*** -jar a.jar" },
	{ "env API_KEY=abc SECRET_TOKEN=d prog", "env API_KEY=*** SECRET_TOKEN=*** prog" },
	{ "app --token abc", "app --token ***" },
	{ "app 'Server=db;Pwd=x;Port=1'", "app 'Server=db;Pwd=***" },
	{ "curl https://ann:pw@host/path?x=1", "curl https://ann:***@host/path?x=1" },
	{ "git clone https://ghp_0123456789@github.com/a", "git clone https://ghp_***" },
	{ "app redis://:pw@10.0.0.1:6379/0", "app redis://:***@10.0.0.1:6379/0" },
	{ "curl -H Authorization: Bearer abc.def -s", "curl -H Authorization: Bearer *** -s" },
	{ "curl -H Authorization:xyz -s", "curl -H Authorization:*** -s" },
	{ "curl -H X-Api-Key: abc -s", "curl -H X-Api-Key: *** -s" },
	{ "curl -u ann:pw -s", "curl -u ann:*** -s" },
	{ "/usr/bin/mysql -uroot -psecret db", "/usr/bin/mysql -uroot -p*** db" },
	{ "mysql -p db", "mysql -p db" },
	{ "mysqltoken://c:d@e -prv", "mysqltoken:*** -p***" }, /* the same when it is masked again */
	{ "sshpass -p secret ssh h", "sshpass -p *** ssh h" },
	{ "redis-cli -a secret ping", "redis-cli -a *** ping" },
	{ "app {\"password\":\"x\"}", "app {\"password\":***" },
	{ "app eyJhbGciOi.eyJzdWIi.c2ln", "app eyJ***" },
	/* no secrets */
	{ "sshd -p 22", "sshd -p 22" },
	{ "ssh -p2222 git@host", "ssh -p2222 git@host" },
	{ "app --password-file /run/secret -v", "app --password-file /run/secret -v" },
	{ "app --password-file=/run/x", "app --password-file=/run/x" },
	{ "docker run -u 1000:1000 x", "docker run -u 1000:1000 x" },
	{ "app http://host:80/a@b", "app http://host:80/a@b" },
	{ "app --listen 127.0.0.1:80", "app --listen 127.0.0.1:80" },
	{ "fetch-profiles --from 127.0.0.1:8080", "fetch-profiles --from 127.0.0.1:8080" },
	{ "", "" },
	{ "app", "app" },
	{ "app --token", "app --token" },
	{ "app  a  ", "app  a  " },
};

static void known_ways_to_hand_on_a_secret(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		equal(rows[i].line, strlen(rows[i].line), rows[i].shown);
}

/* As /proc/PID/cmdline has them, an argument has its end, blanks or not. */
static void arguments_with_blanks(void **state)
{
	static const char line[] = "curl\0-H\0Authorization: Bearer a b\0--password\0my long one\0-s";

	equal(line, sizeof(line) - 1, "curl -H Authorization:*** --password *** -s");
}

UNIT_MAIN(TEST(known_ways_to_hand_on_a_secret), TEST(arguments_with_blanks));
