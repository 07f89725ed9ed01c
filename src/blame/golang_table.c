#include "golang_table.h"
#include "golang_build.h"

enum {
	STEPS_BYTES_MOST = 1 << 20, /* of one table of one function */
	PIECE = 256,
	INLINED_CALLS = 2, /* PCDATA_InlTreeIndex: the table of which inlined call an address is in */
	INLINED_TREE = 3,  /* FUNCDATA_InlTree: what these calls are */
	TABLES_MOST = 64,
};

/* What differs between versions of a description. */
static const struct {
	uint32_t entry_bytes,
	        start_bytes; /* of a row in the list of functions; of its start in that and in its description */
	uint32_t bytes;      /* of a description */
	uint32_t call_bytes, call_name, call_parent;
} layouts[] = {
	[GOLANG_116] = { 16, 8, 44, 20, 12, 16 },
	[GOLANG_118] = { 8, 4, 40, 20, 12, 16 },
	[GOLANG_120] = { 8, 4, 44, 16, 4, 8 },
};

static uint64_t entry_number(const struct golang *g, uint64_t index, bool second)
{
	uint32_t bytes = layouts[g->layout].start_bytes;
	uint64_t at = g->entries + index * layouts[g->layout].entry_bytes + (second ? bytes : 0);

	return bytes == 8 ? memory_u64(g->memory, at) : memory_u32(g->memory, at);
}

uint64_t golang_entry(const struct golang *g, uint64_t index)
{
	return g->text + entry_number(g, index, false);
}

uint64_t golang_description(const struct golang *g, uint64_t index)
{
	return g->entries + entry_number(g, index, true);
}

uint32_t golang_name_at(const struct golang *g)
{
	return layouts[g->layout].start_bytes;
}

static bool description_read(const struct golang *g, uint64_t at, struct golang_function *ret)
{
	uint32_t bytes = layouts[g->layout].bytes;
	uint32_t words[12];
	const uint32_t *w = words + layouts[g->layout].start_bytes / 4; /* after its start */

	if (memory_read(g->memory, at, words, bytes))
		return false;
	*ret = (struct golang_function){ .at = at,
		                         .name = w[0],
		                         .stack_steps = w[3],
		                         .file_steps = w[4],
		                         .line_steps = w[5],
		                         .tables = w[6],
		                         .unit = w[7],
		                         .data_tables = words[bytes / 4 - 1] >> 24,
		                         .tables_at = at + bytes };
	return ret->tables <= TABLES_MOST;
}

bool golang_function_find(const struct golang *g, uint64_t address, struct golang_function *ret)
{
	uint64_t low = 0, high = g->functions;

	if (!golang_has(g, address))
		return false;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		if (golang_entry(g, middle) <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || !description_read(g, golang_description(g, low - 1), ret))
		return false;
	ret->start = golang_entry(g, low - 1);
	return true;
}

/* A table of steps: how much the value changes, and for how many bytes of code it then holds. */
struct steps {
	const struct memory *memory;
	uint64_t next;
	uint8_t piece[PIECE];
	size_t at, bytes, left;
};

static uint8_t steps_byte(struct steps *s)
{
	if (s->at == s->bytes) {
		s->bytes = MIN(PIECE - s->next % PIECE, s->left);
		s->at = 0;
		if (!s->bytes || memory_read(s->memory, s->next, s->piece, s->bytes)) {
			s->bytes = s->left = 0;
			return 0;
		}
		s->next += s->bytes;
		s->left -= s->bytes;
	}
	return s->piece[s->at++];
}

static uint32_t steps_number(struct steps *s)
{
	uint32_t value = 0, byte = 0x80;

	for (unsigned shift = 0; byte & 0x80 && shift < 32; shift += 7) {
		byte = steps_byte(s);
		value |= (byte & 0x7f) << shift;
	}
	return value;
}

bool golang_value(const struct golang *g, const struct golang_function *f, uint32_t table, uint64_t address,
                  int32_t *ret)
{
	struct steps s = { .memory = g->memory, .next = g->steps + table, .left = STEPS_BYTES_MOST };
	uint64_t until = f->start;
	uint32_t value = UINT32_MAX; /* -1 */

	if (!table)
		return false;
	for (;;) {
		uint32_t change = steps_number(&s);
		if (!change && until != f->start)
			return false; /* its end */
		value += change & 1 ? ~(change >> 1) : change >> 1;
		uint32_t length = steps_number(&s) * g->quantum;
		until += length;
		if (address < until)
			break;
		if (!length)
			return false;
	}
	*ret = (int32_t)value;
	return true;
}

static void set_place(const struct golang *g, const struct golang_function *f, uint64_t address, struct frame *ret)
{
	int32_t file = -1, line = 0;

	if (!golang_value(g, f, f->file_steps, address, &file) || file < 0)
		return;
	uint32_t at = memory_u32(g->memory, g->units + 4 * ((uint64_t)f->unit + (uint32_t)file));
	if (at == UINT32_MAX)
		return;
	memory_text(g->memory, g->files + at, ret->file, sizeof(ret->file));
	if (golang_value(g, f, f->line_steps, address, &line) && line > 0)
		ret->line = (uint32_t)line;
}

/* Address of the list of its inlined calls; 0: it has none, or where it stands is not known. */
static uint64_t find_calls(const struct golang *g, const struct golang_function *f)
{
	uint64_t at = f->tables_at + 4 * (uint64_t)f->tables;

	if (f->data_tables <= INLINED_TREE)
		return 0;
	if (g->layout == GOLANG_116)
		return memory_u64(g->memory, ((at + 7) & ~(uint64_t)7) + 8 * INLINED_TREE);
	uint32_t offset = memory_u32(g->memory, at + 4 * INLINED_TREE);
	return offset == UINT32_MAX || !g->data ? 0 : g->data + offset;
}

/* Which of them the address is in. */
static bool find_call(const struct golang *g, const struct golang_function *f, uint64_t address, int32_t *ret)
{
	return f->tables > INLINED_CALLS &&
	       golang_value(g, f, memory_u32(g->memory, f->tables_at + 4 * INLINED_CALLS), address, ret) && *ret >= 0;
}

static size_t look_up(const struct golang *g, const struct golang_function *f, uint64_t address, struct frame *ret,
                      size_t most)
{
	uint64_t calls = find_calls(g, f);
	size_t count = 0;
	int32_t call;

	while (count + 1 < most && calls && find_call(g, f, address, &call)) {
		uint64_t at = calls + (uint64_t)call * layouts[g->layout].call_bytes;
		ret[count] = (struct frame){ 0 };
		set_place(g, f, address, &ret[count]);
		memory_text(g->memory, g->names + memory_u32(g->memory, at + layouts[g->layout].call_name),
		            ret[count].function, sizeof(ret->function));
		address = f->start + memory_u32(g->memory, at + layouts[g->layout].call_parent);
		count++;
	}
	ret[count] = (struct frame){ 0 };
	set_place(g, f, address, &ret[count]);
	memory_text(g->memory, g->names + f->name, ret[count].function, sizeof(ret->function));
	return count + 1;
}

size_t golang_lines(struct golang *g, uint64_t address, struct frame *ret, size_t most)
{
	struct frame frames[FOUND_INLINED];
	struct golang_function f;
	size_t count;

	if (found_take(&g->found, address, ret, most, &count))
		return count;
	count = golang_function_find(g, address, &f) ? look_up(g, &f, address, frames, FOUND_INLINED) : 0;
	for (size_t i = 0; i < count; i++)
		golang_judge(&g->build, &frames[i]);
	found_keep(&g->found, address, frames, count);
	count = MIN(count, most);
	if (count)
		memcpy(ret, frames, count * sizeof(*ret));
	return count;
}
