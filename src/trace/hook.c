#include "hook.h"
#include <bpf/bpf.h>
#include <errno.h>

bool hook_is_off(const struct hook *hook, hooks_off off)
{
	for (; off && *off; off++)
		if (streq(*off, hook->id))
			return true;
	return false;
}

void hook_attach(struct hook_state *s, const struct hook *hook, int program, hooks_off off)
{
	*s = (struct hook_state){ .hook = hook, .program = program, .link = -1, .error = HOOK_OFF };
	if (hook_is_off(hook, off))
		return;
	/* The program itself says where: tp_btf and fexit are opened alike. */
	s->link = bpf_raw_tracepoint_open(NULL, program);
	s->error = s->link < 0 ? errno : 0;
}

void hook_detach(struct hook_state *s)
{
	if (s->link >= 0)
		cleanup_close(&s->link);
	s->link = -1;
}

const char *hook_kind_name(enum hook_kind kind)
{
	return kind == HOOK_RETURN ? "return of a function" : "tracepoint";
}

struct hook_cost hook_cost_of(int program)
{
	struct bpf_prog_info info = { 0 };
	uint32_t size = sizeof(info);

	if (bpf_obj_get_info_by_fd(program, &info, &size))
		return (struct hook_cost){ 0 };
	return (struct hook_cost){ .runs = info.run_cnt, .ns = info.run_time_ns };
}
