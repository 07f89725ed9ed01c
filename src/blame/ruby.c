#include "interpreter.h"
#include "own.h"

/* From vm_core.h and iseq.h of the version: rb_execution_context_t, rb_control_frame_t, rb_iseq_constant_body. */
struct ruby_layout {
	const char *version;
	uint8_t frame_bytes;                      /* of a control frame */
	uint16_t insns_at, size_at;               /* in the body of an iseq: its code, and how many words */
	uint16_t path_at, label_at;               /* of its location */
	uint16_t lines_at, lines_count, index_at; /* insns_info: entries, their number, the succinct index */
	uint8_t line_bytes;                       /* of an entry, which begins with its line */
};

static const struct ruby_layout layouts[] = {
	{ "3.1", 64, 8, 4, 64, 80, 120, 136, 144, 12 }, /* 3.1.2, Debian 12; lines proved with it */
};

/* The same in all of these versions. */
enum {
	CONTEXT_STACK = 0, /* rb_execution_context_t: the stack of the VM, its size in words, the newest frame */
	CONTEXT_STACK_WORDS = 8,
	CONTEXT_FRAME = 16,
	FRAME_PC = 0,
	FRAME_ISEQ = 16,
	ISEQ_BODY = 16,
	OBJECT_TYPE = 31, /* mask of an object's flags */
	TYPE_STRING = 5,
	TYPE_ARRAY = 7,
	OBJECT_FAR = 1 << 13, /* a string's text, or an array's elements, stand elsewhere */
	NEAR_SHIFT = 14,      /* else: the length of a string */
	NEAR_MASK = 31,
	OBJECT_BODY = 16,
};

/* ruby_current_ec is a variable of each thread; the table of these (DTV) has the place of its library's. */
static int find_context(const struct interpreter_place *place, struct record_walk *ret)
{
	enum { DTV_AT = 8, DTV_ENTRY = 16, MODULES_MOST = 4096 };
	uint64_t slot, offset, module;

	if (place->symbols->find_thread_variable(place->symbols->context, "ruby_current_ec", &slot, &offset) ||
	    offset > UINT32_MAX)
		return -ENOENT;
	module = memory_u64(place->memory, slot);
	if (!module || module > MODULES_MOST)
		return -ENOENT;
	*ret = (struct record_walk){
		.flags = WALK_FROM_THREAD | WALK_LEAD | WALK_ARRAY,
		.path = { DTV_AT, (uint32_t)module * DTV_ENTRY, (uint32_t)offset, CONTEXT_FRAME },
		.steps = 4,
		.lead_after = 3,
	};
	return 0;
}

static const struct ruby_layout *find_layout(const char *version)
{
	for (size_t i = 0; i < ARRAY_SIZE(layouts); i++)
		if (streq(layouts[i].version, version))
			return &layouts[i];
	return NULL;
}

/* "3.1" of "3.1.2" */
static bool read_version(const struct interpreter_place *place, char *to, size_t room)
{
	uint64_t at;

	if (symbols_find(place->symbols, "ruby_version", &at))
		return false;
	memory_text(place->memory, at, to, room);
	char *dot = strchr(to, '.');
	dot = dot ? strchr(dot + 1, '.') : NULL;
	if (dot)
		*dot = '\0';
	return *to != '\0';
}

static int find(const struct interpreter_place *place, struct interpreter *ret)
{
	if (!read_version(place, ret->version, sizeof(ret->version)))
		return interpreter_refuse(ret, "this Ruby does not tell its version: ruby_version is needed");
	ret->ruby.layout = find_layout(ret->version);
	if (!ret->ruby.layout)
		return interpreter_refuse(ret, "this version of Ruby is not known here: its offsets would be needed");
	if (find_context(place, &ret->walk))
		return interpreter_refuse(ret, "a Ruby without libruby.so: its frames are not read yet");
	ret->walk.stride = ret->ruby.layout->frame_bytes;
	return 0;
}

static uint64_t type_of(const struct memory *m, uint64_t object, uint64_t *ret_flags)
{
	*ret_flags = object & 7 ? 0 : memory_u64(m, object);
	return *ret_flags & OBJECT_TYPE;
}

static void read_string(const struct memory *m, uint64_t object, char *to, size_t room)
{
	uint64_t flags, body = object + OBJECT_BODY;

	*to = '\0';
	if (type_of(m, object, &flags) != TYPE_STRING)
		return;
	if (flags & OBJECT_FAR)
		memory_bytes(m, memory_u64(m, body + 8), memory_u64(m, body), to, room);
	else
		memory_bytes(m, body, flags >> NEAR_SHIFT & NEAR_MASK, to, room);
}

/* A path, or an array of it and of what it is really. */
static void read_path(const struct memory *m, uint64_t object, char *to, size_t room)
{
	uint64_t flags, first = object, real;

	if (type_of(m, object, &flags) == TYPE_ARRAY) {
		uint64_t items = flags & OBJECT_FAR ? object + OBJECT_BODY : memory_u64(m, object + OBJECT_BODY + 16);
		first = memory_u64(m, items);
		real = memory_u64(m, items + 8);
		if (type_of(m, real, &flags) == TYPE_STRING)
			first = real;
	}
	read_string(m, first, to, room);
}

/* Which entry of the lines is that of this word of code: a succinct bit vector, with a head for the first 54. */
static uint32_t entry_of(const struct memory *m, uint64_t index, uint64_t at)
{
	enum { HEAD = 54, PER_WORD = 9, HEAD_BYTES = 48, BLOCK = 512, BLOCK_BYTES = 80, SMALL = 64, SMALL_SHIFT = 9 };
	uint8_t block[BLOCK_BYTES];

	if (at < HEAD)
		return memory_u64(m, index + at / PER_WORD * 8) >> (at % PER_WORD * 7) & 0x7f;
	at -= HEAD;
	if (memory_read(m, index + HEAD_BYTES + at / BLOCK * BLOCK_BYTES, block, sizeof(block)))
		return 0;
	uint64_t in = at % BLOCK, small = in / SMALL;
	uint64_t before = small ? word_at(block, 8) >> ((small - 1) * SMALL_SHIFT) & 0x1ff : 0;
	uint64_t bits = word_at(block, 16 + small * 8) << (SMALL - 1 - in % SMALL);
	return half_at(block, 0) + (uint32_t)before + (uint32_t)__builtin_popcountll(bits);
}

static uint32_t read_line(const struct ruby_layout *l, const struct memory *m, const uint8_t *body, uint64_t pc)
{
	uint64_t code = word_at(body, l->insns_at), at = (pc - code) / 8;
	uint32_t count = half_at(body, l->lines_count), line = 0, entry = 1;

	if (pc < code || at > half_at(body, l->size_at) || !count)
		return 0;
	if (count > 1)
		entry = entry_of(m, word_at(body, l->index_at), at ? at - 1 : 0); /* the pc is past the call */
	if (!entry || entry > count ||
	    memory_read(m, word_at(body, l->lines_at) + (uint64_t)(entry - 1) * l->line_bytes, &line, sizeof(line)))
		return 0;
	return line < INT32_MAX ? line : 0;
}

/* False: a function of C, or none of the program's. */
static bool read_frame(const struct ruby_layout *l, const struct memory *m, const struct record_node *node,
                       struct frame *ret)
{
	uint64_t pc = word_at(node->bytes, FRAME_PC), iseq = word_at(node->bytes, FRAME_ISEQ);
	uint8_t body[256];

	if (!pc || !iseq || memory_read(m, memory_u64(m, iseq + ISEQ_BODY), body, l->index_at + sizeof(uint64_t)))
		return false;
	if (pc == word_at(body, l->insns_at))
		return false; /* not begun: the VM's own outermost frame */
	*ret = (struct frame){ 0 };
	read_path(m, word_at(body, l->path_at), ret->file, sizeof(ret->file));
	read_string(m, word_at(body, l->label_at), ret->function, sizeof(ret->function));
	ret->line = read_line(l, m, body, pc);
	return *ret->function != '\0';
}

static size_t read_all(const struct interpreter *in, const struct memory *m, const struct record_capture *c,
                       struct frame *ret, size_t most)
{
	uint64_t end = word_at(c->lead.bytes, CONTEXT_STACK) + 8 * word_at(c->lead.bytes, CONTEXT_STACK_WORDS);
	size_t count = 0;

	for (size_t i = 0; i < interpreter_nodes(c) && count < most; i++) {
		if (c->body.nodes[i].address >= end)
			break;
		count += read_frame(in->ruby.layout, m, &c->body.nodes[i], &ret[count]);
	}
	return count;
}

const struct interpreter_kind interpreter_ruby = {
	.name = "ruby", .known = "3.1", .find = find, .read = read_all, .judge = own_judge_ruby
};
