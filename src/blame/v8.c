#include "v8.h"
#include "v8_text.h"
#include "model/hash.h"
#include <errno.h>

/* From the sources of the version (bytecode-array.tq, scope-info.tq), and seen in the memory of a Node that has it. */
struct v8_layout {
	unsigned major, minor;
	uint16_t positions_at; /* in a BytecodeArray: the table of positions */
};

static const struct v8_layout layouts[] = {
	{ 10, 2, 32 }, /* Node 18 */
	{ 11, 3, 32 }, /* Node 20 */
	{ 12, 4, 24 }, /* Node 22 */
};

/* What V8 tells of itself: a variable for each, whose name ends in a type that differs between versions. */
static const struct constant {
	const char *name;
	uint16_t at; /* in struct v8_constants */
} constants[] = {
#define CONSTANT(member, name)                                                                                         \
	{                                                                                                              \
		"v8dbg_" name, offsetof(struct v8_constants, member)                                                   \
	}
	CONSTANT(shared_at, "class_JSFunction__shared__"),
	CONSTANT(scope_at, "class_SharedFunctionInfo__name_or_scope_info__"),
	CONSTANT(script_at, "class_SharedFunctionInfo__script_"),
	CONSTANT(script_name_at, "class_Script__name__"),
	CONSTANT(script_source_at, "class_Script__source__"),
	CONSTANT(type_at, "class_Map__instance_type__"),
	CONSTANT(length_at, "class_String__length__"),
	CONSTANT(bytes_at, "class_SeqOneByteString__chars__"),
	CONSTANT(words_at, "class_SeqTwoByteString__chars__"),
	CONSTANT(first_at, "class_ConsString__first__"),
	CONSTANT(second_at, "class_ConsString__second__"),
	CONSTANT(actual_at, "class_ThinString__actual__"),
	CONSTANT(parent_at, "class_SlicedString__parent__"),
	CONSTANT(start_at, "class_SlicedString__offset__"),
	CONSTANT(table_length_at, "class_FixedArrayBase__length__"),
	CONSTANT(table_at, "class_FixedArray__data__"),
	CONSTANT(bytecode_at, "class_BytecodeArray__data__"),
	CONSTANT(no_string, "FirstNonstringType"),
	CONSTANT(script_type, "type_Script__"),
	CONSTANT(scope_type, "type_ScopeInfo__"),
	CONSTANT(bytecode_type, "type_BytecodeArray__"),
#undef CONSTANT
};

enum {
	OFFSET_MOST = 4096,
	WORD_BYTECODE = 4, /* of struct node_call: before the frame pointer */
	WORD_OFFSET = 3,
	TABLE_MOST = 1 << 20,
	NAMES_INLINE = 75, /* of a ScopeInfo: more names are in a table of their own */
	SCOPE_FLAGS = 8,
	SCOPE_LOCALS = 24,
	SCOPE_REST = 32,
};

/* A small integer; false: it is an object. */
static bool small(uint64_t word, int32_t *ret)
{
	*ret = (int32_t)(word >> 32);
	return !(word & 0xffffffff);
}

struct search {
	const struct memory *memory;
	struct v8_constants *to;
	uint64_t found; /* a bit each of constants[] */
};

static void take_constant(void *context, const char *name, uint64_t address)
{
	struct search *s = context;

	for (size_t i = 0; i < ARRAY_SIZE(constants); i++) {
		if (!starts_with(name, constants[i].name))
			continue;
		uint32_t value = memory_u32(s->memory, address);
		if (value > OFFSET_MOST)
			continue;
		memcpy((char *)s->to + constants[i].at, &value, sizeof(value));
		s->found |= 1ULL << i;
	}
}

static const struct v8_layout *find_layout(unsigned major, unsigned minor)
{
	for (size_t i = 0; i < ARRAY_SIZE(layouts); i++)
		if (layouts[i].major == major && layouts[i].minor == minor)
			return &layouts[i];
	return NULL;
}

int v8_find(const struct memory *m, const struct symbols *symbols, struct v8 *ret)
{
	struct search s = { m, &ret->at, 0 };
	uint64_t major, minor;

	*ret = (struct v8){ 0 };
	if (symbols_find(symbols, "_ZN2v88internal7Version6major_E", &major) ||
	    symbols_find(symbols, "_ZN2v88internal7Version6minor_E", &minor))
		return -ENOENT;
	ret->major = memory_u32(m, major);
	ret->minor = memory_u32(m, minor);
	ret->layout = find_layout(ret->major, ret->minor);
	symbols->each(symbols->context, "v8dbg_", take_constant, &s);
	return ret->layout && s.found == (1ULL << ARRAY_SIZE(constants)) - 1 ? 0 : -ENOTSUP;
}

void v8_close(struct v8 *v)
{
	keyed_free(&v->lines);
}

void v8_describe(const struct v8 *v, struct record_node_program *ret)
{
	ret->shared_at = v->at.shared_at;
	ret->type_at = v->at.type_at;
	ret->script_type = v->at.script_type;
	ret->scope_at = v->at.scope_at;
	ret->script_at = v->at.script_at;
	ret->positions_at = v->layout->positions_at;
}

/* Of a function's scope, word by word. */
struct scope {
	const struct v8 *v8;
	const struct memory *memory;
	uint64_t at; /* of what comes next */
};

static uint64_t next(struct scope *s)
{
	uint64_t word = memory_u64(s->memory, s->at);

	s->at += sizeof(word);
	return word;
}

/* What a function is called, and where it begins in its source (0: not told). */
static bool read_scope(const struct v8 *v, const struct memory *m, uint64_t scope, char *name, size_t room,
                       uint32_t *ret_begins)
{
	enum { IS_CLASS_SAVED = 1 << 10, HAS_NAME = 3 << 12, HAS_INFERRED = 1 << 14 };
	struct scope s = { v, m, scope - 1 + SCOPE_REST };
	int32_t flags, locals, begins, ends;

	*name = '\0';
	*ret_begins = 0;
	if (v8_type(v, m, scope) != v->at.scope_type)
		return v8_text(v, m, scope, name, room); /* not compiled yet: nothing but its name */
	if (!small(memory_u64(m, scope - 1 + SCOPE_FLAGS), &flags) ||
	    !small(memory_u64(m, scope - 1 + SCOPE_LOCALS), &locals) || locals < 0 || locals > OFFSET_MOST)
		return false;
	s.at += 8 * ((uint64_t)locals + (locals < NAMES_INLINE ? (uint64_t)locals : 1) + !!(flags & IS_CLASS_SAVED));
	if (flags & HAS_NAME) {
		v8_text(v, m, next(&s), name, room);
		next(&s);
	}
	uint64_t inferred = flags & HAS_INFERRED ? next(&s) : 0;
	if (!*name && inferred)
		v8_text(v, m, inferred, name, room);
	if (small(next(&s), &begins) && small(next(&s), &ends) && begins >= 0 && begins <= ends)
		*ret_begins = (uint32_t)begins + 1;
	return true;
}

/* What is left of a table. At its end all reads give 0. */
struct bytes {
	const uint8_t *at, *end;
};

static int64_t next_signed(struct bytes *b)
{
	uint64_t value = 0;

	for (unsigned shift = 0; b->at < b->end; shift += 7) {
		uint8_t byte = *b->at++;
		if (shift < 64)
			value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			break;
	}
	return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

/* No source and no code is longer: what is not changed memory stays within. */
static bool is_place(int64_t difference)
{
	return difference > INT32_MIN && difference < INT32_MAX;
}

/* Pairs: how much further in the code (an expression's as -n - 1), and how much further in the source. Returns the
 * place in the source, from 1; 0: the table does not tell. */
static uint32_t place_of(struct bytes b, int64_t offset)
{
	int64_t code = 0, place = 0;

	while (b.at < b.end) {
		int64_t step = next_signed(&b), further = next_signed(&b);
		if (!is_place(step) || !is_place(further))
			return 0;
		code += step >= 0 ? step : -(step + 1);
		if (code > offset)
			break;
		place += further;
	}
	return place > 0 && place < INT32_MAX ? (uint32_t)(place >> 1 & 0x3fffffff) : 0;
}

/* Of a call that is interpreted: the frame has its code (so `has_bytecode`) and how far it is. */
static uint32_t read_place(const struct v8 *v, const struct memory *m, const struct node_call *c)
{
	int32_t offset, length;

	if (!small(c->before[WORD_OFFSET], &offset) || (c->positions & 3) != 1 ||
	    !small(memory_u64(m, c->positions - 1 + v->at.table_length_at), &length) || length <= 0 ||
	    length > TABLE_MOST)
		return 0;
	int64_t at = (int64_t)offset - v->at.bytecode_at + 1;
	if (at < 0)
		return 0;
	cleanup(cleanup_free) uint8_t *table = memory_zeroed((size_t)length);
	if (memory_read(m, c->positions - 1 + v->at.table_at, table, (size_t)length))
		return 0;
	return place_of((struct bytes){ table, table + length }, at);
}

/* As a path, where it is one. */
static void read_file(const struct v8 *v, const struct memory *m, uint64_t script, char *to, size_t room)
{
	static const char scheme[] = "file://";

	v8_text(v, m, memory_u64(m, script - 1 + v->at.script_name_at), to, room);
	if (starts_with(to, scheme))
		memmove(to, to + strlen(scheme), strlen(to + strlen(scheme)) + 1);
}

/* What ran it. */
enum v8_code { V8_INTERPRETED, V8_BASELINE, V8_OPTIMIZED };

static uint32_t read_line(struct v8 *v, const struct memory *m, uint64_t source, uint32_t place)
{
	uint64_t key = hash_word(hash_word(1, source), place) | 1;
	uint32_t line = keyed_find(&v->lines, key);

	if (line != INDEX_NONE)
		return line;
	line = v8_line(v, m, source, place);
	keyed_add(&v->lines, key, line);
	return line;
}

static bool read_call(struct v8 *v, const struct memory *m, const struct record_node *node, struct frame *ret,
                      enum v8_code *ret_code)
{
	struct node_call c;
	uint32_t begins;

	memcpy(&c, node->bytes, sizeof(c));
	*ret = (struct frame){ 0 };
	if (v8_type(v, m, c.script) != v->at.script_type ||
	    !read_scope(v, m, c.scope, ret->function, sizeof(ret->function), &begins))
		return false;
	read_file(v, m, c.script, ret->file, sizeof(ret->file));
	if (!*ret->function)
		snprintf(ret->function, sizeof(ret->function), "<anonymous>");
	bool has_bytecode = v8_type(v, m, c.before[WORD_BYTECODE]) == v->at.bytecode_type;
	uint32_t place = has_bytecode ? read_place(v, m, &c) : 0;
	*ret_code = place ? V8_INTERPRETED : has_bytecode ? V8_BASELINE : V8_OPTIMIZED;
	place = place ?: begins;
	if (place && *ret->file == '/')
		ret->line = read_line(v, m, memory_u64(m, c.script - 1 + v->at.script_source_at), place - 1);
	return true;
}

size_t v8_read(struct v8 *v, const struct memory *m, const struct record_javascript *calls, struct frame *ret,
               size_t most, struct v8_notes *ret_notes)
{
	enum v8_code code = V8_INTERPRETED;
	uint32_t count = MIN(calls->count, (uint32_t)MIN(most, (size_t)NODE_CALLS)), i;

	*ret_notes = (struct v8_notes){ 0 };
	for (i = 0; i < count && read_call(v, m, &calls->calls[i], &ret[i], &code); i++) {
		ret_notes->compiled |= (uint64_t)(code != V8_INTERPRETED) << i;
		ret_notes->optimized |= (uint64_t)(code == V8_OPTIMIZED) << i;
	}
	ret_notes->moved = i < count;
	return i;
}
