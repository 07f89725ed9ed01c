/* Frames of CPython out of memory that somebody else wrote: a node as the kernel program froze it, and all that it
 * points to. In the input: version and self-description, then the node; every read after that takes the next bytes, cut
 * off where the input ends. */
#include "fuzz.h"
#include "blame/own.h"
#include "blame/python.h"
#include "blame/python_lines.h"

static int read_next(void *context, uint64_t address, void *to, size_t bytes)
{
	struct fuzz_input *in = context;

	if (!in->length || address % 7 == 3)
		return -1;
	memset(to, 0, bytes);
	memcpy(to, in->bytes, MIN(bytes, in->length));
	in->bytes += MIN(bytes, in->length);
	in->length -= MIN(bytes, in->length);
	return 0;
}

static void expect_text(const char *text, size_t room)
{
	if (!memchr(text, '\0', room))
		abort();
}

static void read_lines(struct fuzz_input *in)
{
	unsigned minor = 7 + (unsigned)fuzz_number(in, 1) % 8;
	uint32_t first = (uint32_t)fuzz_number(in, 4);
	uint64_t at = fuzz_number(in, 2);

	if (python_line(minor, in->bytes, in->length, first, at) >= INT32_MAX)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct fuzz_input in = { bytes, length };
	struct memory memory = { .read = read_next, .context = &in };
	struct record_node node = { 0 };
	struct python p;
	struct frame f;
	uint8_t choice = (uint8_t)fuzz_number(&in, 1);

	if (choice & 0x80) {
		read_lines(&in);
		return 0;
	}
	if (python_describe(&memory, PYTHON_OLDEST + choice % 6, 0x1000, &p))
		return 0;
	for (size_t i = 0; i < sizeof(node.bytes); i += 8) {
		uint64_t word = fuzz_number(&in, 8);
		memcpy(node.bytes + i, &word, 8);
	}
	if (!python_frame(&p, &memory, &node, &f))
		return 0;
	expect_text(f.function, sizeof(f.function));
	expect_text(f.file, sizeof(f.file));
	own_judge_python(&f);
	expect_text(f.library, sizeof(f.library));
	return 0;
}
