#include "unit.h"
#include "model/filter/demand.h"
#include "model/filter/filter.h"
#include "scene.h"

/* The letters of the sockets that match. */
static const char *matches(const struct moment *m, struct arena *arena, const char *expression)
{
	struct filter_error error = { 0 };
	struct filter *f;
	TEXT_CLEANUP letters = { 0 };

	if (filter_compile(expression, arena, &f, &error))
		return arena_printf(arena, "column %zu: %s", error.column, error.message);
	array_each (&m->sockets, s)
		if (filter_match(f, m, s))
			text_add_char(&letters, (char)('A' + (s - m->sockets.items)));
	return arena_strdup(arena, letters.bytes ?: "");
}

static const struct {
	const char *expression, *letters;
} answer_rows[] = {
	/* states and words in every spelling */
	{ "state == close-wait", "ABG" },
	{ "state == CLOSE_WAIT", "ABG" },
	{ "STATE=CloseWait", "ABG" },
	{ "state != close_wait", "CDEF" },
	{ "state == ESTAB", "CD" },
	{ "state ~ *-WAIT", "ABEG" },
	{ "unowned == not-accepted", "G" },
	{ "role == listener", "F" },
	{ "role == client", "" },
	{ "family == inet6", "CD" },
	/* numbers and ports */
	{ "local_port == 8080", "CDFG" },
	{ "local-port >= 1001 and local_port<=1002", "BE" },
	{ "peer_port < 81", "ABF" },
	{ "local_port ~ 100?", "ABE" },
	{ "recv_q == 0 and send-q == 0 and state == listen", "F" },
	/* addresses: mapped equals native */
	{ "peer_address == 10.9.9.9", "ABEG" },
	{ "local_address == 10.0.0.2", "D" },
	{ "local_address == ::ffff:10.0.0.2", "D" },
	{ "local_address in 10.0.0.0/8", "ABDEG" },
	{ "peer in 10.8.0.0/16", "D" },
	{ "peer in ::1", "C" },
	{ "local in ::/0", "ABCDEFG" },
	{ "peer == 10.9.9.9:80", "AB" },
	{ "peer == 10.9.9.9", "ABEG" },
	{ "peer == :443", "E" },
	{ "peer != :443", "ABCDFG" },
	{ "peer == [::1]:2000", "C" },
	{ "peer ~ 10.9.*:80", "AB" },
	/* ages: the lower bound for >, the upper for < */
	{ "age > 2h", "A" },
	{ "age > 50s", "ABCD" },
	{ "age > 5m", "A" },
	{ "age < 11m", "BE" },
	{ "age < 5m", "E" },
	{ "age == 3h", "A" },
	{ "age != 3h", "BE" },
	{ "age_ms >= 20000 and age_ms <= 20000", "E" },
	{ "age_basis == range", "BCD" },
	{ "age_max > 5m", "AB" },
	{ "age == -", "FG" },
	/* any holder */
	{ "pid == 100", "AB" },
	{ "pid == 101", "B" },
	{ "pid != 100", "BCDF" },
	{ "comm == bash", "B" },
	{ "comm ~ b*", "B" },
	{ "comm ~ [np]*", "ABCDF" },
	{ "fd == 4", "B" },
	{ "pid > 150", "CDF" },
	{ "pid == -", "EG" },
	{ "pid != -", "ABCDF" },
	{ "comm == null", "EG" },
	{ "holders > 1", "B" },
	{ "holders == 0", "EG" },
	/* what is not known compares as false */
	{ "comm != nginx", "AB" },
	{ "not comm == nginx", "ABEG" },
	{ "unowned == -", "ABCDF" },
	{ "uid == -", "E" },
	{ "user == root", "" },
	{ "uid == root", "" },
	{ "netns == blue", "ABCDEFG" },
	{ "netns == 4026531840", "ABCDEFG" },
	{ "netns != blue", "" },
	{ "netns ~ bl*", "ABCDEFG" },
	{ "netns ~ 40265*", "ABCDEFG" },
	/* yes and no */
	{ "keepalive", "BC" },
	{ "not keepalive and state == established", "D" },
	{ "keepalive == no and state == established", "D" },
	{ "keepalive == true", "BC" },
	/* how it is put together */
	{ "state == close-wait and pid == 100 or state == listen", "ABF" },
	{ "state == listen or state == close-wait and pid == 100", "ABF" },
	{ "state == close-wait and (pid == 100 or unowned == not_accepted)", "ABG" },
	{ "not (state == close-wait or state == listen)", "CDE" },
	{ "not not state == listen", "F" },
	{ "(((state==listen)))", "F" },
	{ "(state==close-wait)and(pid==100)", "AB" },
	{ "NOT state == listen AND pid == 200", "CD" },
	{ "comm == \"nginx\"", "CDF" },
	{ "comm == 'ngi\\nx'", "CDF" },
	{ "  comm\t==\n nginx ", "CDF" },
	{ "started_at > 2027-01-15T07:46:00Z", "CDF" },
};

static void answers(void **state)
{
	struct moment *m = scene_new();

	for (size_t i = 0; i < ARRAY_SIZE(answer_rows); i++) {
		const char *got = matches(m, m->arena, answer_rows[i].expression);
		if (!streq(got, answer_rows[i].letters))
			fail_msg("%s: got \"%s\", expected \"%s\"", answer_rows[i].expression, got,
			         answer_rows[i].letters);
	}
	moment_free(m);
}

/* A pod is namespace/name, and its name alone will do; what has no namespace has no other name. */
static void pods_by_name_alone(void **state)
{
	static const char *const found[] = { "pod == shop/api-0", "pod == api-0", "pod ~ api-*", "pod ~ shop/*" };
	static const char *const not_found[] = { "pod == shop", "pod == api", "pod ~ ap", "pod == other/api-0" };
	cleanup(moment_cleanup) struct moment *m = scene_new();
	cleanup(arena_cleanup) struct arena *arena = arena_new();

	m->processes.items[0].pod = "shop/api-0"; /* python3(100) */
	for (size_t i = 0; i < ARRAY_SIZE(found); i++)
		assert_string_equal(matches(m, arena, found[i]), "AB");
	for (size_t i = 0; i < ARRAY_SIZE(not_found); i++)
		assert_string_equal(matches(m, arena, not_found[i]), "");
}

static void errors(void **state)
{
	static const struct {
		const char *expression;
		size_t column;
		const char *message, *hint;
	} rows[] = {
		{ "", 1, "expected a field", NULL },
		{ "stat == listen", 1, "no field is called \"stat\"", "did you mean state?" },
		{ "port == 80", 1, "no field is called", "local_port or peer_port" },
		{ "process == nginx", 1, "no field is called", "did you mean comm?" },
		{ "comand == nginx", 1, "no field is called", "did you mean comm or cmdline?" },
		{ "age > 4min", 7, "age is compared with a duration", "write 4m" },
		{ "age > 4 min", 9, "expected and, or", "no blank in it" },
		{ "pid == 1 && fd == 2", 10, "expected and, or", "write `and`" },
		{ "pid == 1 || fd == 2", 10, "expected and, or", "write `or`" },
		{ "!(pid == 1)", 1, "expected a field", "write `not`" },
		{ "local-prot == 1", 1, "no field is called", "did you mean local_port?" },
		{ "zzzzzz == 1", 1, "no field is called", "help fields" },
		{ "state == clos_wiat", 10, "compared with a state, not with \"clos_wiat\"",
		  "did you mean close_wait?" },
		{ "state == xyzzy", 10, "a state", "established, syn_sent" },
		{ "unowned == not-acepted", 12, "unowned is compared with", "did you mean not_accepted?" },
		{ "state < listen", 9, "state cannot be compared by <", "== != ~" },
		{ "pid == abc", 8, "pid is compared with a number", NULL },
		{ "pid == 99999999999999999999", 8, "a number", "too large" },
		{ "age > soon", 7, "a duration", "90s" },
		{ "peer == 10.0.0.0/8", 9, "address:port", "`in`" },
		{ "peer in 10.0.0.0/33", 9, "an address range", "10.0.0.0/8" },
		{ "pid in 10.0.0.0/8", 8, "pid cannot be compared by in", NULL },
		{ "pid", 4, "expected ==", NULL },
		{ "pid 5", 5, "expected == != < <= > >= ~ or in after pid", NULL },
		{ "pid ==", 7, "a value is missing", NULL },
		{ "pid == 5 pid == 6", 10, "expected and, or, or the end, not \"pid\"", NULL },
		{ "pid == 5 &&", 10, "expected and, or", NULL },
		{ "(pid == 5", 1, "not closed", NULL },
		{ "(pid == 5 x", 11, "\")\"", NULL },
		{ "pid == 5)", 9, "the end", NULL },
		{ "pid == 5 and", 13, "expected a field", NULL },
		{ "comm == \"x", 9, "quote has no end", NULL },
		{ "comm == \303\251 and pid == x", 22, "a number", NULL },
		{ "keepalive == maybe", 14, "yes or no", NULL },
		{ "started_at > yesterday", 14, "a time", "2026" },
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct filter_error error = { 0 };
		struct filter *f;
		assert_int_not_equal(filter_compile(rows[i].expression, arena, &f, &error), 0);
		if (error.column != rows[i].column || !strstr(error.message, rows[i].message) ||
		    (rows[i].hint && (!error.hint || !strstr(error.hint, rows[i].hint))))
			fail_msg("%s: column %zu: %s (%s)", rows[i].expression, error.column, error.message,
			         error.hint ?: "no hint");
	}
	arena_free(arena);
}

static void depth_is_bounded(void **state)
{
	struct arena *arena = arena_new();
	struct filter_error error = { 0 };
	TEXT_CLEANUP deep = { 0 };
	struct filter *f;

	text_pad(&deep, '(', 100000);
	assert_int_not_equal(filter_compile(deep.bytes, arena, &f, &error), 0);
	assert_non_null(strstr(error.message, "nested"));
	deep.length = 0;
	for (int i = 0; i < 20000; i++)
		text_add(&deep, "not ");
	assert_int_not_equal(filter_compile(deep.bytes, arena, &f, &error), 0);
	deep.length = 0;
	for (int i = 0; i < 20000; i++)
		text_add(&deep, i ? " or pid == 1" : "pid == 1");
	assert_int_equal(filter_compile(deep.bytes, arena, &f, &error), 0);
	arena_free(arena);
}

/* Any bytes give an answer or an error with both texts in order: nothing is read or written out of bounds
 * (this runs under ASan, too). Pieces of the language make deeper ways likely. */
static void any_bytes(void **state)
{
	static const char *const pieces[] = {
		"state", "pid",  "comm",  "age",  "peer", "keepalive", " == ", "~",    "in",        "(",
		")",     "not ", " and ", " or ", "\"",   "'",         "\\",   "-",    "10.0.0.1/", "5m",
		"close", "*",    "[a-z",  ":1",   "<",    "\n",        "\377", "\200", "=",         "!",
	};
	struct moment *m = scene_new();
	unsigned seed = 7;

	for (int round = 0; round < 20000; round++) {
		char expression[200] = "";
		struct arena *arena = arena_new();
		for (int i = rand_r(&seed) % 12; i >= 0; i--)
			strcat(expression, pieces[(size_t)rand_r(&seed) % ARRAY_SIZE(pieces)]);
		if (round % 4 == 0)
			expression[(size_t)rand_r(&seed) % (strlen(expression) + 1)] = (char)rand_r(&seed);
		assert_non_null(matches(m, arena, expression));
		arena_free(arena);
	}
	moment_free(m);
}

static void wants(void **state)
{
	struct arena *arena = arena_new();
	struct filter_error error;
	struct filter *f;

	assert_int_equal(filter_compile("pid == 1 and not (state == listen)", arena, &f, &error), 0);
	assert_int_equal(filter_wants(f), 0);
	assert_int_equal(filter_compile("pid == 1 or not unit == x", arena, &f, &error), 0);
	assert_int_equal(filter_wants(f), WANT_DETAILS);
	assert_int_equal(filter_wants(NULL), 0);
	arena_free(arena);
}

static struct filter *compiled(const char *expression, struct arena *arena)
{
	struct filter_error error;
	struct filter *f;

	assert_int_equal(filter_compile(expression, arena, &f, &error), 0);
	return f;
}

/* Only what all that matches must have: nothing of what `or` and `not` leave open. */
static void demands(void **state)
{
	struct arena *arena = arena_new();
	struct filter *f = compiled("pid == 812 and (comm ~ x* or uid == 0) and peer in 10.0.0.0/8", arena);
	struct addr_range range;
	struct value v;

	assert_true(filter_demands(f, "pid", &v));
	assert_int_equal(v.number, 812);
	assert_false(filter_demands(f, "uid", &v));
	assert_int_equal(filter_count_demands(f), 0);
	f = compiled("local == :80 and peer_address in 10.0.0.0/8", arena);
	assert_true(filter_demands(f, "local", &v));
	assert_int_equal(v.endpoint.port, 80);
	assert_false(filter_demands_range(f, "local", &range));
	assert_true(filter_demands_range(f, "peer_address", &range));
	assert_int_equal(range.bits, 104);
	assert_int_equal(filter_count_demands(f), 2);
	assert_false(filter_demands(compiled("not pid == 812", arena), "pid", &v));
	assert_false(filter_demands(compiled("pid == -", arena), "pid", &v));
	assert_int_equal(filter_count_demands(compiled("pid == 1 or pid == 2", arena)), 0);
	arena_free(arena);
}

UNIT_MAIN(TEST(demands), TEST(answers), TEST(pods_by_name_alone), TEST(errors), TEST(depth_is_bounded), TEST(any_bytes),
          TEST(wants));
