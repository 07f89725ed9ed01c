/* A pasted error message, whoever wrote it. */
#include "fuzz.h"
#include "view/explain.h"
#include "view/pages.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const struct page_style style = { .columns = 80 };
	struct fuzz_input in = { bytes, length };
	cleanup(cleanup_free) char *text = fuzz_text(&in, SIZE_MAX);
	struct mention mention;
	TEXT_CLEANUP page = { 0 };
	TEXT_CLEANUP json = { 0 };

	if (!mention_find(&pages_all, text, &mention)) {
		topic_nearest(&pages_all, text);
		return 0;
	}
	explain_text(&page, &mention, NULL, &style);
	explain_json(&json, &mention);
	fuzz_expect_json(&json);
	return 0;
}
