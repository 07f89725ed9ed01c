#include "python_lines.h"

/* What is left of a table. At its end all reads give 0. */
struct bytes {
	const uint8_t *at, *end;
};

static uint8_t next(struct bytes *b)
{
	return b->at < b->end ? *b->at++ : 0;
}

static uint32_t next_varint(struct bytes *b)
{
	uint32_t value = 0, byte = 0x40;

	for (unsigned shift = 0; byte & 0x40 && b->at < b->end; shift += 6) {
		byte = next(b);
		if (shift < 32)
			value |= (byte & 0x3f) << shift;
	}
	return value;
}

static int64_t next_signed(struct bytes *b)
{
	uint32_t value = next_varint(b);

	return value & 1 ? -(int64_t)(value >> 1) : (int64_t)(value >> 1);
}

/* Lines as they come out of untrusted tables. */
static uint32_t line_of(int64_t line)
{
	return line > 0 && line < INT32_MAX ? (uint32_t)line : 0;
}

/* Pairs: bytes of code, and how much the line is moved by what follows them. */
static uint32_t line_of_lnotab(struct bytes b, int64_t line, uint64_t at)
{
	uint64_t address = 0;

	while (b.end - b.at >= 2) {
		address += next(&b);
		if (address > at)
			break;
		line += (int8_t)next(&b);
	}
	return line_of(line);
}

/* Pairs: bytes of code, and how much the line of these differs from the one before; -128: they have none. */
static uint32_t line_of_linetable(struct bytes b, int64_t line, uint64_t at)
{
	enum { NO_LINE = -128 };
	uint64_t end = 0;

	while (b.end - b.at >= 2) {
		end += next(&b);
		int8_t delta = (int8_t)next(&b);
		line += delta == NO_LINE ? 0 : delta;
		if (at < end)
			return delta == NO_LINE ? 0 : line_of(line);
	}
	return 0;
}

/* The line's delta of one entry, whose columns are passed over. */
static int64_t next_delta(struct bytes *b, unsigned kind, bool *ret_none)
{
	enum { ONE_LINE = 10, NO_COLUMNS = 13, LONG = 14, NONE = 15 };
	int64_t delta = 0;

	*ret_none = kind == NONE;
	if (kind == NO_COLUMNS || kind == LONG)
		delta = next_signed(b);
	else if (kind >= ONE_LINE && kind < NO_COLUMNS)
		delta = kind - ONE_LINE;
	for (unsigned i = 0; kind == LONG && i < 3; i++)
		next_varint(b);
	for (unsigned i = kind < ONE_LINE ? 1 : 2; kind < NO_COLUMNS && i; i--)
		next(b);
	return delta;
}

/* Entries: a byte 1kkkklll, the kind and the length of code less one, and what that kind has. */
static uint32_t line_of_locations(struct bytes b, int64_t line, uint64_t at)
{
	uint64_t end = 0;
	bool none;

	while (b.at < b.end) {
		uint8_t head = next(&b);
		line += next_delta(&b, head >> 3 & 15, &none);
		end += (head & 7) + 1;
		if (at < end)
			return none ? 0 : line_of(line);
	}
	return 0;
}

uint32_t python_line(unsigned minor, const uint8_t *table, size_t bytes, uint32_t first_line, uint64_t at)
{
	struct bytes b = { table, table + bytes };

	if (minor >= 11)
		return line_of_locations(b, first_line, at);
	return minor == 10 ? line_of_linetable(b, first_line, at * 2) : line_of_lnotab(b, first_line, at);
}
