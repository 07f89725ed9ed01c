#include "python.h"
#include "base/array.h"
#include "python_lines.h"

enum {
	TABLE_MOST = 1 << 20,
	CODE_BYTES = 1024 + 8,
	OWNED_BY_CSTACK = 3, /* FRAME_OWNED_BY_CSTACK: marks where C code called back, no code of its own */
	TAG_BITS = 7,
};

static uint64_t word_at(const uint8_t *bytes, uint32_t at)
{
	uint64_t value;

	memcpy(&value, bytes + at, sizeof(value));
	return value;
}

static uint32_t half_at(const uint8_t *bytes, uint32_t at)
{
	uint32_t value;

	memcpy(&value, bytes + at, sizeof(value));
	return value;
}

static size_t put_utf8(char *to, size_t room, uint32_t c)
{
	size_t bytes = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	if (bytes > room)
		return 0;
	if (bytes == 1) {
		*to = (char)c;
		return 1;
	}
	for (size_t i = bytes; --i; c >>= 6)
		to[i] = (char)(0x80 | (c & 0x3f));
	*to = (char)(0xf0 << (4 - bytes) | c);
	return bytes;
}

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
		size_t put = put_utf8(to + used, room - 1 - used, c > 0x10ffff || !c ? '?' : c);
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
