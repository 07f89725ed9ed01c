/* What each fuzzer begins with: bytes that are taken from the front, texts that end where ASan sees it, and the
 * promise that every JSON document parses. */
#pragma once
#include "base/text.h"
#include <jansson.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);
int LLVMFuzzerInitialize(int *argc, char ***argv);

struct fuzz_input {
	const uint8_t *bytes;
	size_t length;
};

/* A number of so many bytes; zeros where the input has ended. */
static inline uint64_t fuzz_number(struct fuzz_input *in, size_t bytes)
{
	uint64_t number = 0;

	memcpy(&number, in->bytes, MIN(bytes, in->length));
	in->bytes += MIN(bytes, in->length);
	in->length -= MIN(bytes, in->length);
	return number;
}

/* At most `most` bytes as a text of its own; the caller frees it. */
static inline char *fuzz_text(struct fuzz_input *in, size_t most)
{
	size_t length = MIN(most, in->length);
	char *copy = malloc(length + 1);

	memcpy(copy, in->bytes, length);
	copy[length] = '\0';
	in->bytes += length;
	in->length -= length;
	return copy;
}

/* A file of this fuzzer's own, in memory; tests/fuzz/run takes the folder away. */
static inline void fuzz_path(char path[128], const char *name)
{
	const char *folder = getenv("FUZZ_FOLDER");

	snprintf(path, 128, "%s/unfin-fuzz-%s", folder ? folder : "/dev/shm", name);
}

static inline void fuzz_expect_json(const struct text *t)
{
	/* jansson has no integer above 2^63, JSON has: the names and nesting are what is asked here. */
	size_t flags = JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL;
	json_t *document = json_loadb(t->bytes, t->length, flags, NULL);

	if (!document)
		abort();
	json_decref(document);
}
