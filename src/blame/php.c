#include "interpreter.h"
#include "own.h"

/* By the number of the module API, which the running PHP has in each of its modules. From the headers of the version:
 * Zend/zend_modules.h, zend_compile.h (zend_op_array), zend_globals.h (zend_executor_globals). */
static const struct layout {
	uint32_t api;
	const char *version;
	uint16_t frame_at; /* in executor_globals: current_execute_data */
	uint16_t file_at;
} layouts[] = {
	{ 20220829, "8.2", 488, 152 }, /* 8.2.36, Debian 12; lines proved with it */
};

/* The same in all of these versions. */
enum {
	FRAME_OPLINE = 0,
	FRAME_FUNCTION = 24,
	FRAME_PREVIOUS = 48,
	FUNCTION_NAME = 8,
	FUNCTION_SCOPE = 16,
	FUNCTION_LAST = 80,    /* how many instructions: u32 */
	FUNCTION_OPCODES = 88, /* the first of them */
	FUNCTION_BYTES = 256,
	OPCODE_LINE = 24,
	OPCODE_BYTES = 32,
	CLASS_NAME = 8,
	STRING_LENGTH = 16,
	STRING_TEXT = 24,
	TABLE_BUCKETS = 16, /* in a HashTable */
	MODULE_API = 4,
	MODULE_SAFE = 9, /* built for threads */
	USER_FUNCTION = 2,
	EVAL_CODE = 4,
};

static void read_string(const struct memory *m, uint64_t at, char *to, size_t room)
{
	*to = '\0';
	if (at)
		memory_bytes(m, at + STRING_TEXT, memory_u64(m, at + STRING_LENGTH), to, room);
}

/* Its modules say what they were built for; the first one is the core. */
static int read_api(const struct memory *m, uint64_t registry, uint32_t *ret_api, bool *ret_safe)
{
	uint64_t module = memory_u64(m, memory_u64(m, registry + TABLE_BUCKETS));
	uint8_t head[MODULE_SAFE + 1];

	if (!module || memory_read(m, module, head, sizeof(head)))
		return -EFAULT;
	*ret_api = half_at(head, MODULE_API);
	*ret_safe = head[MODULE_SAFE] != 0;
	return 0;
}

static const struct layout *find_layout(uint32_t api)
{
	for (size_t i = 0; i < ARRAY_SIZE(layouts); i++)
		if (layouts[i].api == api)
			return &layouts[i];
	return NULL;
}

static int find(const struct interpreter_place *place, struct interpreter *ret)
{
	uint64_t globals, registry;
	uint32_t api;
	bool safe;

	if (symbols_find(place->symbols, "module_registry", &registry) ||
	    read_api(place->memory, registry, &api, &safe))
		return interpreter_refuse(ret, "this PHP does not tell its version: module_registry is needed");
	const struct layout *l = find_layout(api);
	if (l)
		snprintf(ret->version, sizeof(ret->version), "%s", l->version);
	if (safe || symbols_find(place->symbols, "executor_globals", &globals))
		return interpreter_refuse(ret, "a PHP that is built for threads (ZTS): its frames are not read yet");
	if (!l) {
		snprintf(ret->why, sizeof(ret->why),
		         "this version of PHP is not known here (module API %u): its offsets would be needed", api);
		return -ENOTSUP;
	}
	ret->walk =
	        (struct record_walk){ .root = globals, .path = { l->frame_at }, .steps = 1, .next_at = FRAME_PREVIOUS };
	ret->php.file_at = l->file_at;
	return 0;
}

/* 0: what it points to is none of its function's instructions. */
static uint32_t read_line(const struct memory *m, const uint8_t *function, uint64_t opline)
{
	uint64_t first = word_at(function, FUNCTION_OPCODES), count = half_at(function, FUNCTION_LAST);
	uint32_t line = 0;

	if (opline < first || opline - first >= count * OPCODE_BYTES || (opline - first) % OPCODE_BYTES)
		return 0;
	return memory_read(m, opline + OPCODE_LINE, &line, sizeof(line)) ? 0 : line;
}

static void read_name(const struct memory *m, const uint8_t *function, struct frame *f)
{
	uint64_t scope = word_at(function, FUNCTION_SCOPE), name = word_at(function, FUNCTION_NAME);
	char class[STACK_FUNCTION] = "", method[STACK_FUNCTION];

	if (scope)
		read_string(m, memory_u64(m, scope + CLASS_NAME), class, sizeof(class));
	read_string(m, name, method, sizeof(method));
	if (name)
		snprintf(f->function, sizeof(f->function), "%.60s%s%.64s", class, *class ? "::" : "", method);
	else
		snprintf(f->function, sizeof(f->function), "{main}"); /* of a file, as PHP says it */
}

static bool read_frame(const struct php *p, const struct memory *m, const struct record_node *node, struct frame *ret)
{
	uint64_t at = word_at(node->bytes, FRAME_FUNCTION);
	uint8_t function[FUNCTION_BYTES] = { 0 };

	if (!at || memory_read(m, at, function, FUNCTION_SCOPE + sizeof(uint64_t)))
		return false;
	*ret = (struct frame){ 0 };
	read_name(m, function, ret);
	if (*function != USER_FUNCTION && *function != EVAL_CODE)
		return true;
	if (memory_read(m, at, function, p->file_at + sizeof(uint64_t)))
		return false;
	read_string(m, word_at(function, p->file_at), ret->file, sizeof(ret->file));
	ret->line = read_line(m, function, word_at(node->bytes, FRAME_OPLINE));
	return true;
}

static size_t read_all(const struct interpreter *in, const struct memory *m, const struct record_capture *c,
                       struct frame *ret, size_t most)
{
	size_t count = 0;

	for (size_t i = 0; i < interpreter_nodes(c) && count < most; i++)
		count += read_frame(&in->php, m, &c->body.nodes[i], &ret[count]);
	return count;
}

const struct interpreter_kind interpreter_php = {
	.name = "php", .known = "8.2", .find = find, .read = read_all, .judge = own_judge_php
};
