/* Names that others chose: JSON stays JSON, and no byte shown on a terminal is one that it obeys. */
#include "fuzz.h"
#include "base/glob.h"
#include "base/json.h"
#include "base/utf8.h"
#include "base/words.h"

static void expect_printable(const char *s)
{
	while (*s) {
		int length = utf8_printable(s);
		if (!length)
			abort();
		s += length;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const char *const words[] = { "close-wait", "time-wait", "established", NULL };
	struct fuzz_input in = { bytes, length };
	cleanup(cleanup_free) char *first = fuzz_text(&in, length / 2);
	cleanup(cleanup_free) char *second = fuzz_text(&in, SIZE_MAX);
	TEXT_CLEANUP shown = { 0 };
	TEXT_CLEANUP document = { 0 };
	struct json j = JSON(&document, length % 2 == 0);

	json_array_begin(&j, NULL);
	json_text(&j, NULL, first);
	json_text(&j, NULL, second);
	json_array_end(&j);
	fuzz_expect_json(&document);
	text_add_shown(&shown, first);
	expect_printable(shown.bytes ? shown.bytes : "");
	text_columns(second);
	glob_match(first, second);
	word_equal(first, second);
	word_nearest(first, words);
	return 0;
}
