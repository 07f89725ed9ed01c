/* The callers of a Go function. It says for each of its instructions how many bytes it has on the stack by then; above
 * them stands the address that it returns to. So no frame pointer is needed, nor any table of DWARF's. */
#include "golang_table.h"

enum { CALLERS_MOST = UNWIND_MOST, FRAME_BYTES_MOST = 1 << 20 };

/* At the bottom of each goroutine and thread: nothing has called it. */
static bool is_outermost(const struct golang *g, const struct golang_function *f)
{
	static const char *const names[] = { "runtime.goexit", "runtime.mstart", "runtime.rt0_go", "runtime.mcall" };
	char name[32];

	memory_text(g->memory, g->names + f->name, name, sizeof(name));
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (starts_with(name, names[i]))
			return true;
	return false;
}

/* Only of what was frozen. */
static bool stack_word(const struct record_capture *c, uint64_t sp, uint64_t at, uint64_t *ret)
{
	if (at < sp || c->body_bytes < sizeof(*ret) || at - sp > c->body_bytes - sizeof(*ret))
		return false;
	memcpy(ret, c->body.stack + (at - sp), sizeof(*ret));
	return true;
}

bool golang_unwind(struct golang *g, const struct record_capture *capture, struct addresses *ret)
{
	uint64_t sp = capture->registers[CAPTURE_X86_SP], at = sp, pc = capture->registers[CAPTURE_X86_IP];
	struct golang_function f;
	int32_t bytes;

#if !defined(__x86_64__)
	return false;
#endif
	*ret = (struct addresses){ 0 };
	while (golang_function_find(g, pc - (ret->count ? 1 : 0), &f)) {
		if (ret->count == CALLERS_MOST) {
			ret->cut = true;
			break;
		}
		ret->at[ret->count++] = pc - 1;
		if (is_outermost(g, &f))
			return true;
		bool known = golang_value(g, &f, f.stack_steps, pc, &bytes) ||
		             golang_value(g, &f, f.stack_steps, pc - 1, &bytes);
		if (!known || bytes < 0 || bytes > FRAME_BYTES_MOST ||
		    !stack_word(capture, sp, at + (uint64_t)bytes, &pc)) {
			ret->cut = true;
			break;
		}
		at += (uint64_t)bytes + sizeof(pc);
	}
	return ret->count > 0;
}
