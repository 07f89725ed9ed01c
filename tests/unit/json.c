/* Proved with another's reader: what the writer makes, jansson loads, and finds in it what was put in. */
#include "unit.h"
#include "base/json.h"
#include <jansson.h>
#include <math.h>

static void drop(json_t **j)
{
	json_decref(*j);
}

static json_t *loaded(const struct text *t)
{
	json_error_t error;
	json_t *j = json_loads(t->bytes, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);

	if (!j)
		fail_msg("%s at %d: %s", error.text, error.position, t->bytes);
	return j;
}

static void write_all_kinds(struct json *j)
{
	json_object_begin(j, NULL);
	json_none(j, "null");
	json_bool(j, "yes", true);
	json_u64(j, "most", INT64_MAX);
	json_i64(j, "least", INT64_MIN);
	json_double(j, "half", 0.5);
	json_text(j, "none", NULL);
	json_array_begin(j, "empty");
	json_array_end(j);
	json_object_begin(j, "also_empty");
	json_object_end(j);
	json_array_begin(j, "list");
	json_u64(j, NULL, 1);
	json_object_begin(j, NULL);
	json_text(j, "peer", "[::1]:80");
	json_object_end(j);
	json_array_end(j);
	json_object_end(j);
}

static void all_kinds_are_read_back(void **state)
{
	for (int pretty = 0; pretty < 2; pretty++) {
		TEXT_CLEANUP t = { 0 };
		struct json j = JSON(&t, pretty);
		write_all_kinds(&j);
		cleanup(drop) json_t *root = loaded(&t);
		assert_true(json_is_null(json_object_get(root, "null")));
		assert_true(json_is_true(json_object_get(root, "yes")));
		assert_true(json_integer_value(json_object_get(root, "most")) == INT64_MAX);
		assert_true(json_integer_value(json_object_get(root, "least")) == INT64_MIN);
		assert_true(json_real_value(json_object_get(root, "half")) == 0.5);
		assert_true(json_is_null(json_object_get(root, "none")));
		assert_int_equal(json_array_size(json_object_get(root, "empty")), 0);
		assert_int_equal(json_object_size(json_object_get(root, "also_empty")), 0);
		json_t *last = json_array_get(json_object_get(root, "list"), 1);
		assert_string_equal(json_string_value(json_object_get(last, "peer")), "[::1]:80");
		assert_int_equal(t.bytes[t.length - 1], '\n');
		assert_int_equal(strchr(t.bytes, '\n') == t.bytes + t.length - 1, !pretty);
	}
}

static void assert_text_comes_back(const char *in, const char *expected)
{
	TEXT_CLEANUP t = { 0 };
	struct json j = JSON(&t, false);

	json_array_begin(&j, NULL);
	json_text(&j, NULL, in);
	json_array_end(&j);
	cleanup(drop) json_t *root = loaded(&t);
	assert_string_equal(json_string_value(json_array_get(root, 0)), expected);
	for (const char *s = t.bytes; *s != '\n'; s++)
		assert_true((unsigned char)*s >= 0x20 && *s != 0x7f);
}

static void hostile_text_comes_back(void **state)
{
	char controls[33] = { 0 };

	for (int i = 0; i < 31; i++)
		controls[i] = (char)(i + 1);
	controls[31] = 0x7f;
	assert_text_comes_back(controls, controls);
	assert_text_comes_back("", "");
	assert_text_comes_back("\"\\/\"", "\"\\/\"");
	assert_text_comes_back("\",\"pid\":1,\"x\":\"", "\",\"pid\":1,\"x\":\"");
	assert_text_comes_back("caf\303\251 \360\237\220\233", "caf\303\251 \360\237\220\233");
	assert_text_comes_back("\377x\303", "\357\277\275x\357\277\275");
	assert_text_comes_back("\355\240\200", "\357\277\275\357\277\275\357\277\275");
}

/* Any bytes at all, as a process may put them into its name. */
static void random_text_is_always_valid(void **state)
{
	unsigned seed = 1;

	for (int round = 0; round < 5000; round++) {
		TEXT_CLEANUP t = { 0 };
		struct json j = JSON(&t, round % 2);
		char name[24] = { 0 };
		for (size_t i = 0; i < sizeof(name) - 1; i++)
			name[i] = (char)((seed = seed * 1103515245 + 12345) >> 16);
		json_object_begin(&j, NULL);
		json_text(&j, name, name);
		json_object_end(&j);
		cleanup(drop) json_t *root = loaded(&t);
		assert_int_equal(json_object_size(root), 1);
	}
}

static void assert_double(double value, const char *expected)
{
	TEXT_CLEANUP t = { 0 };
	struct json j = JSON(&t, false);

	json_double(&j, NULL, value);
	assert_string_equal(t.bytes, expected);
}

static void doubles_are_short(void **state)
{
	assert_double(0, "0");
	assert_double(-0.0, "0");
	assert_double(-0.0001, "0");
	assert_double(100, "100");
	assert_double(1.25, "1.25");
	assert_double(-2.5, "-2.5");
	assert_double(1.0 / 3, "0.333");
	assert_double(0.9999, "1");
	assert_double(NAN, "null");
	assert_double(-INFINITY, "null");
}

UNIT_MAIN(TEST(all_kinds_are_read_back), TEST(hostile_text_comes_back), TEST(random_text_is_always_valid),
          TEST(doubles_are_short));
