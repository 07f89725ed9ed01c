#include "python.h"
#include "interpreter.h"
#include "own.h"
#include "base/utf8.h"
#include "python_lines.h"

enum {
	TABLE_MOST = 1 << 20,
	CODE_BYTES = 1024 + 8,
	OWNED_BY_CSTACK = 3, /* FRAME_OWNED_BY_CSTACK: marks where C code called back, no code of its own */
	TAG_BITS = 7,
};

/* A str: PyASCIIObject with length and state, then characters of 1, 2 or 4 bytes. Cut to what fits. */
static void read_text(const struct python *p, const struct memory *m, uint64_t at, char *to, size_t room)
{
	uint8_t head[40], characters[4 * STACK_FILE];
	size_t used = 0;

	*to = '\0';
	if (!at || memory_read(m, at, head, sizeof(head)))
		return;
	uint32_t state = half_at(head, 32), width = state >> 2 & 7;
	uint64_t length = MIN(word_at(head, 16), (uint64_t)STACK_FILE);
	bool ascii = state >> 6 & 1, compact = state >> 5 & 1;
	if (!compact || (width != 1 && width != 2 && width != 4) ||
	    memory_read(m,
	                at + p->ascii_bytes +
	                        (ascii                  ? 0
	                         : p->ascii_bytes == 48 ? 24
	                                                : 16),
	                characters, length * width))
		return;
	for (size_t i = 0; i < length; i++) {
		uint32_t c = 0;
		memcpy(&c, characters + i * width, width);
		size_t put = utf8_put(to + used, room - 1 - used, c > 0x10ffff || !c ? '?' : c);
		if (!put)
			break;
		used += put;
	}
	to[used] = '\0';
}

/* The code units, or bytes, from the start of the code to the instruction. */
static uint64_t instruction_of(const struct python *p, const struct record_node *node, uint64_t code)
{
	if (!p->units_at)
		return half_at(node->bytes, p->instruction_at);
	return (word_at(node->bytes, p->instruction_at) - code - p->units_at) / 2;
}

static uint32_t read_line(const struct python *p, const struct memory *m, uint64_t table, uint32_t first, uint64_t at)
{
	enum { BYTES_HEAD = 32 }; /* of a bytes object: its length stands at 16 */
	uint64_t length = memory_u64(m, table + 16);

	if (!table || !length || length > TABLE_MOST)
		return 0;
	cleanup(cleanup_free) uint8_t *bytes = memory_zeroed(length);
	if (memory_read(m, table + BYTES_HEAD, bytes, length))
		return 0;
	return python_line(p->minor, bytes, length, first, at);
}

bool python_frame(const struct python *p, const struct memory *m, const struct record_node *node, struct frame *ret)
{
	uint64_t code = word_at(node->bytes, p->code_at) & ~(uint64_t)TAG_BITS;
	uint8_t object[CODE_BYTES];
	size_t bytes = MAX(MAX(p->file_at, p->name_at), MAX(p->table_at, p->first_line_at)) + sizeof(uint64_t);

	if (p->owner_at && p->minor >= 12 && node->bytes[p->owner_at] >= OWNED_BY_CSTACK)
		return false;
	if (!code || bytes > sizeof(object) || memory_read(m, code, object, bytes))
		return false;
	if (p->code_type && word_at(object, 8) != p->code_type)
		return false;
	*ret = (struct frame){ 0 };
	read_text(p, m, word_at(object, p->file_at), ret->file, sizeof(ret->file));
	read_text(p, m, word_at(object, p->name_at), ret->function, sizeof(ret->function));
	ret->line = read_line(p, m, word_at(object, p->table_at), half_at(object, p->first_line_at),
	                      instruction_of(p, node, code));
	return *ret->function != '\0';
}

/* From 3.11 it says its version itself; before, the name of its file does: "3.10" in "libpython3.10.so.1.0" and
 * "python3.10". 0: neither. */
static unsigned find_minor(const struct interpreter_place *place)
{
	const char *slash = strrchr(place->path, '/'), *named = strstr(slash ? slash : place->path, "python3.");
	uint32_t version = 0;
	uint64_t at;

	if (!symbols_find(place->symbols, "Py_Version", &at))
		version = memory_u32(place->memory, at);
	if (version)
		return version >> 16 & 255;
	return named ? (unsigned)strtoul(named + strlen("python3."), NULL, 10) : 0;
}

static int find(const struct interpreter_place *place, struct interpreter *ret)
{
	unsigned minor = find_minor(place);
	uint64_t at;

	if (minor)
		snprintf(ret->version, sizeof(ret->version), "3.%u", minor);
	if (symbols_find(place->symbols, "_PyRuntime", &at))
		return interpreter_refuse(ret, "this Python does not tell where its threads are: _PyRuntime is needed");
	if (python_describe(place->memory, minor, at, &ret->python))
		return interpreter_refuse(ret, "this version of Python is not known here");
	ret->walk = ret->python.walk;
	if (!symbols_find(place->symbols, "PyCode_Type", &at))
		ret->python.code_type = at;
	return 0;
}

static size_t read_all(const struct interpreter *in, const struct memory *m, const struct record_capture *c,
                       struct frame *ret, size_t most)
{
	size_t count = 0;

	for (size_t i = 0; i < interpreter_nodes(c) && count < most; i++)
		count += python_frame(&in->python, m, &c->body.nodes[i], &ret[count]);
	return count;
}

const struct interpreter_kind interpreter_python = {
	.name = "python", .known = "3.8 to 3.13", .find = find, .read = read_all, .judge = own_judge_python
};
