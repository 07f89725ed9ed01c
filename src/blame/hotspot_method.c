#include "hotspot_method.h"
#include "own.h"

enum {
	LINES_MOST = 1 << 16, /* bytes of a table of lines */
	NAME_MOST = 256,
	HAS_LINES = 1, /* of the flags */
	NUMBERS_FOLLOW = 0xff,
	NUMBER_BYTES = 5,
	LAST_BYTE_BELOW = 192,
	WITHOUT_ZERO_SINCE = 20, /* no byte of a number is 0 any more */
};

uint32_t hotspot_number(const struct hotspot *h, const uint8_t **at, size_t *left)
{
	uint32_t less = h->version >= WITHOUT_ZERO_SINCE, sum = 0;

	for (unsigned i = 0; i < NUMBER_BYTES && *left; i++) {
		uint32_t byte = *(*at)++;
		(*left)--;
		sum += (byte - less) << (6 * i);
		if (byte < LAST_BYTE_BELOW)
			break;
	}
	return sum;
}

static int32_t take_signed(const struct hotspot *h, const uint8_t **at, size_t *left)
{
	uint32_t value = hotspot_number(h, at, left);

	return (int32_t)(value >> 1 ^ -(value & 1));
}

static uint16_t short_at(const struct hotspot *h, uint64_t address)
{
	uint16_t value = 0;

	return memory_read(h->memory, address, &value, sizeof(value)) ? 0 : value;
}

static void read_symbol(const struct hotspot *h, uint64_t symbol, char *to, size_t room)
{
	size_t length = symbol ? MIN((size_t)short_at(h, symbol + h->at[SYMBOL_LENGTH]), room - 1) : 0;

	if (length && memory_read(h->memory, symbol + h->at[SYMBOL_TEXT], to, length))
		length = 0;
	to[length] = '\0';
}

static void read_constant(const struct hotspot *h, uint64_t pool, uint16_t index, char *to, size_t room)
{
	read_symbol(h, memory_u64(h->memory, pool + h->bytes[TYPE_POOL] + 8 * (uint64_t)index), to, room);
}

/* The line of the last entry at or before an instruction. Each is a byte with both steps, or a mark and two numbers. */
static uint32_t line_in(const struct hotspot *h, const uint8_t *table, size_t left, int32_t instruction)
{
	int64_t at = 0, line = 0, best = -1, best_line = 0;

	while (left && *table) {
		uint8_t step = *table++;
		left--;
		at += step == NUMBERS_FOLLOW ? take_signed(h, &table, &left) : step >> 3;
		line += step == NUMBERS_FOLLOW ? take_signed(h, &table, &left) : step & 7;
		if (at > instruction || at < best)
			continue;
		best = at;
		best_line = line;
	}
	return best_line > 0 && best_line <= UINT16_MAX ? (uint32_t)best_line : 0;
}

static uint32_t read_line(const struct hotspot *h, uint64_t constant, int32_t instruction)
{
	uint64_t at = constant + h->bytes[TYPE_CONST] + short_at(h, constant + h->at[CONST_CODE_BYTES]);
	size_t bytes = LINES_MOST;

	if (instruction < 0 || !(short_at(h, constant + h->at[CONST_FLAGS]) & HAS_LINES))
		return 0;
	cleanup(cleanup_free) uint8_t *table = memory_zeroed(bytes);
	for (bytes = 512; bytes <= LINES_MOST; bytes *= 2) {
		if (memory_read(h->memory, at, table, bytes)) {
			for (bytes /= 2; bytes && memory_read(h->memory, at, table, bytes);)
				bytes /= 2; /* the end of what is mapped */
			break;
		}
		if (memchr(table, '\0', bytes))
			break;
	}
	return line_in(h, table, MIN(bytes, (size_t)LINES_MOST), instruction);
}

/* "com/shop/Client$Pool" of "Client.java": com/shop/Client.java */
static void set_file(struct frame *f, const char *klass, const char *source)
{
	const char *slash = strrchr(klass, '/');

	if (*source)
		snprintf(f->file, sizeof(f->file), "%.*s%.100s", slash ? (int)(slash + 1 - klass) : 0, klass, source);
}

bool hotspot_method(const struct hotspot *h, uint64_t method, int32_t instruction, struct frame *ret)
{
	uint64_t constant = memory_u64(h->memory, method ? method + h->at[METHOD_CONST] : 0);
	uint64_t pool = memory_u64(h->memory, constant ? constant + h->at[CONST_POOL] : 0);
	uint64_t klass = memory_u64(h->memory, pool ? pool + h->at[POOL_HOLDER] : 0);
	char class_name[NAME_MOST], name[NAME_MOST], source[NAME_MOST] = "";

	if (!klass)
		return false;
	read_symbol(h, memory_u64(h->memory, klass + h->at[KLASS_NAME]), class_name, sizeof(class_name));
	read_constant(h, pool, short_at(h, constant + h->at[CONST_NAME]), name, sizeof(name));
	uint16_t index = short_at(h, pool + h->at[POOL_SOURCE]);
	if (index)
		read_constant(h, pool, index, source, sizeof(source));
	*ret = (struct frame){ 0 };
	set_file(ret, class_name, source);
	for (char *c = class_name; *c; c++)
		if (*c == '/')
			*c = '.';
	snprintf(ret->function, sizeof(ret->function), "%.*s.%.*s", (int)(STACK_FUNCTION - 2 - strnlen(name, 64)),
	         class_name, 64, name);
	ret->line = read_line(h, constant, instruction);
	own_judge_java(ret);
	return *name != '\0' && *class_name != '\0';
}

int32_t hotspot_instruction(const struct hotspot *h, uint64_t method, uint64_t address)
{
	uint64_t constant = memory_u64(h->memory, method ? method + h->at[METHOD_CONST] : 0);
	uint64_t first = constant + h->bytes[TYPE_CONST];

	if (!constant || address < first || address - first >= short_at(h, constant + h->at[CONST_CODE_BYTES]))
		return HOTSPOT_NO_INSTRUCTION;
	return (int32_t)(address - first);
}
