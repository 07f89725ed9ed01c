#include "v8_stack.h"
#include "v8_text.h"

enum { FRAMES_MOST = 128, WORD_CONTEXT = 7, WORD_FUNCTION = 6, WORD_BYTECODE = 4 }; /* before the frame pointer */

static bool is_pointer(uint64_t word)
{
	return (word & 3) == 1;
}

static uint64_t follow(const struct memory *m, uint64_t object, uint32_t at)
{
	return is_pointer(object) ? memory_u64(m, object - 1 + at) : 0;
}

static uint64_t stack_pointer(const struct record_capture *c)
{
#if defined(__x86_64__)
	return c->registers[CAPTURE_X86_SP];
#else
	return c->registers[CAPTURE_ARM_SP];
#endif
}

static uint64_t frame_pointer(const struct record_capture *c)
{
#if defined(__x86_64__)
	return c->registers[CAPTURE_X86_BP];
#else
	return c->registers[29];
#endif
}

/* 0: the copy does not reach so far. What lies below the stack pointer of a small frame is nobody's. */
static uint64_t stack_word(const struct record_capture *c, uint64_t address)
{
	uint64_t at = address - stack_pointer(c), word = 0;

	if (c->body_bytes >= sizeof(word) && at <= c->body_bytes - sizeof(word))
		memcpy(&word, c->body.stack + at, sizeof(word));
	return word;
}

static bool read_call(const struct v8 *v, const struct memory *m, const struct record_node_program *p,
                      const struct record_capture *c, uint64_t fp, struct node_call *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(ret->before); i++)
		ret->before[i] = stack_word(c, fp - NODE_BEFORE + i * sizeof(*ret->before));
	ret->caller = stack_word(c, fp);
	ret->address = stack_word(c, fp + sizeof(uint64_t));
	if (!is_pointer(ret->before[WORD_CONTEXT]) || !is_pointer(ret->before[WORD_FUNCTION]))
		return false;
	ret->shared = follow(m, ret->before[WORD_FUNCTION], p->shared_at);
	ret->scope = follow(m, ret->shared, p->scope_at);
	ret->script = follow(m, ret->shared, p->script_at);
	ret->positions = follow(m, ret->before[WORD_BYTECODE], p->positions_at);
	return v8_type(v, m, ret->script) == p->script_type;
}

void v8_stack_read(const struct v8 *v, const struct memory *m, const struct record_capture *c,
                   struct record_javascript *ret)
{
	uint64_t fp = frame_pointer(c);
	struct record_node_program p = { 0 };
	struct node_call call;

	v8_describe(v, &p);
	*ret = (struct record_javascript){ 0 };
	for (int i = 0; i < FRAMES_MOST && fp && ret->count < NODE_CALLS; i++) {
		if (read_call(v, m, &p, c, fp, &call)) {
			ret->calls[ret->count].address = fp;
			memcpy(ret->calls[ret->count++].bytes, &call, sizeof(call));
		}
		fp = call.caller > fp ? call.caller : 0;
	}
	ret->cut = fp != 0;
}
