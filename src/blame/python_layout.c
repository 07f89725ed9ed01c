/* Offsets of CPython's structures on 64 bit, from the headers of each version: _PyRuntimeState, PyInterpreterState,
 * PyThreadState, the frame, PyCodeObject. */
#include "python.h"
#include <errno.h>

#define FRAME_OBJECT(lasti)                                                                                            \
	.walk = { .path = { 32, 8, 24 }, .steps = 3, .thread_next_at = 8, .thread_id_at = 176, .next_at = 24 },        \
	.code_at = 32, .instruction_at = (lasti), .file_at = 104, .name_at = 112, .table_at = 120,                     \
	.first_line_at = 40, .ascii_bytes = 48

static const struct python layouts[] = {
	{ .minor = 8, FRAME_OBJECT(104) },
	{ .minor = 9, FRAME_OBJECT(104) },
	{ .minor = 10, FRAME_OBJECT(96) },
	{ .minor = 11,
	  .walk = { .path = { 40, 16, 56, 8 }, .steps = 4, .thread_next_at = 8, .thread_id_at = 152, .next_at = 48 },
	  .code_at = 32,
	  .instruction_at = 56,
	  .owner_at = 69,
	  .file_at = 112,
	  .name_at = 128,
	  .table_at = 136,
	  .first_line_at = 72,
	  .units_at = 184,
	  .ascii_bytes = 48 },
	{ .minor = 12,
	  .walk = { .path = { 40, 72, 56, 0 }, .steps = 4, .thread_next_at = 8, .thread_id_at = 136, .next_at = 8 },
	  .code_at = 0,
	  .instruction_at = 56,
	  .owner_at = 70,
	  .file_at = 112,
	  .name_at = 128,
	  .table_at = 136,
	  .first_line_at = 68,
	  .units_at = 192,
	  .ascii_bytes = 40 },
};

/* _Py_DebugOffsets of 3.13, at the start of _PyRuntime: which of its 64-bit words are needed. */
enum debug_word {
	WORD_COOKIE,
	WORD_VERSION,
	WORD_FREE_THREADED,
	WORD_INTERPRETERS = 5,
	WORD_THREADS = 9,
	WORD_THREAD_NEXT = 21,
	WORD_THREAD_FRAME = 23,
	WORD_THREAD_ID = 24,
	WORD_FRAME_PREVIOUS = 29,
	WORD_FRAME_CODE,
	WORD_FRAME_INSTRUCTION,
	WORD_FRAME_OWNER = 33,
	WORD_CODE_FILE = 35,
	WORD_CODE_QUALNAME = 37,
	WORD_CODE_TABLE,
	WORD_CODE_FIRST_LINE,
	WORD_CODE_UNITS = 43,
	WORD_COUNT
};

enum { OFFSET_MOST = 1 << 24, NODE_LAST = CAPTURE_NODE_BYTES - sizeof(uint64_t), CODE_LAST = 1024 };

static bool are_offsets(const uint64_t *words)
{
	static const uint8_t in_frame[] = { WORD_FRAME_PREVIOUS, WORD_FRAME_CODE, WORD_FRAME_INSTRUCTION,
		                            WORD_FRAME_OWNER };
	static const uint8_t in_code[] = { WORD_CODE_FILE, WORD_CODE_QUALNAME, WORD_CODE_TABLE, WORD_CODE_FIRST_LINE,
		                           WORD_CODE_UNITS };

	for (size_t i = WORD_INTERPRETERS; i < WORD_COUNT; i++)
		if (words[i] > OFFSET_MOST)
			return false;
	for (size_t i = 0; i < ARRAY_SIZE(in_frame); i++)
		if (words[in_frame[i]] > NODE_LAST)
			return false;
	for (size_t i = 0; i < ARRAY_SIZE(in_code); i++)
		if (words[in_code[i]] > CODE_LAST)
			return false;
	return true;
}

static int read_self_description(const struct memory *m, uint64_t runtime, struct python *ret)
{
	uint64_t w[WORD_COUNT];

	if (memory_read(m, runtime, w, sizeof(w)) || memcmp(w, "xdebugpy", 8) || !are_offsets(w))
		return -EFAULT;
	*ret = (struct python){
		.minor = 13,
		.threads_free = w[WORD_FREE_THREADED] != 0,
		.walk = { .path = { (uint32_t)w[WORD_INTERPRETERS], (uint32_t)w[WORD_THREADS],
		                    (uint32_t)w[WORD_THREAD_FRAME] },
		          .thread_next_at = (uint32_t)w[WORD_THREAD_NEXT],
		          .thread_id_at = (uint32_t)w[WORD_THREAD_ID],
		          .steps = 3,
		          .next_at = (uint32_t)w[WORD_FRAME_PREVIOUS] },
		.code_at = (uint32_t)w[WORD_FRAME_CODE],
		.instruction_at = (uint32_t)w[WORD_FRAME_INSTRUCTION],
		.owner_at = (uint32_t)w[WORD_FRAME_OWNER],
		.file_at = (uint32_t)w[WORD_CODE_FILE],
		.name_at = (uint32_t)w[WORD_CODE_QUALNAME],
		.table_at = (uint32_t)w[WORD_CODE_TABLE],
		.first_line_at = (uint32_t)w[WORD_CODE_FIRST_LINE],
		.units_at = (uint32_t)w[WORD_CODE_UNITS],
		.ascii_bytes = 40,
	};
	return 0;
}

static int find_layout(unsigned minor, struct python *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(layouts); i++) {
		if (layouts[i].minor != minor)
			continue;
		*ret = layouts[i];
		return 0;
	}
	return -ENOTSUP;
}

int python_describe(const struct memory *m, unsigned minor, uint64_t runtime, struct python *ret)
{
	int err = minor == PYTHON_NEWEST ? read_self_description(m, runtime, ret) : find_layout(minor, ret);

	if (err)
		return err;
	/* The list of interpreters, the list of its threads; from the calling one to its first frame. */
	ret->walk.root = runtime;
	ret->walk.flags = WALK_THREADS;
	ret->walk.threads_after = 2;
	return 0;
}
