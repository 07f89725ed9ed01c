/* A command line: its words stand on lines, the first names the command. */
#include "fuzz.h"
#include "cmd/command.h"

enum { WORDS_MOST = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct fuzz_input in = { bytes, length };
	cleanup(cleanup_free) char *text = fuzz_text(&in, SIZE_MAX);
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	char *words[WORDS_MOST + 1] = { 0 };
	size_t count = 0;

	for (char *word = text; word && count < WORDS_MOST;) {
		char *end = strchr(word, '\n');
		words[count++] = word;
		if (end)
			*end++ = '\0';
		word = end;
	}
	const struct command *c = command_find(words[0]) ?: command_table()[0];
	cleanup(invocation_free) struct invocation invocation = { .command = c };
	if (invocation_parse(&invocation, words + 1) == STATUS_OK) {
		invocation_expression(&invocation, arena);
		invocation_at_most(&invocation, 1);
	}
	return 0;
}
