#include "hook.h"
#include <bpf/bpf.h>
#include <errno.h>

bool hook_is_off(const struct hook *hook, const struct hook_options *options)
{
	for (size_t i = 0; i < options->off_count; i++)
		if (streq(options->off[i], hook->id))
			return true;
	return false;
}

void hook_attach(struct hook_state *s, const struct hook *hook, int program, const struct hook_options *options)
{
	*s = (struct hook_state){ .hook = hook, .program = program, .link = -1, .error = HOOK_OFF };
	if (hook_is_off(hook, options))
		return;
	/* Mostly the program itself says where. */
	s->link = bpf_raw_tracepoint_open(hook->kind == HOOK_NAMED ? hook->at : NULL, program);
	s->error = s->link < 0 ? errno : 0;
}

void hook_detach(struct hook_state *s)
{
	if (s->link >= 0)
		cleanup_close(&s->link);
	s->link = -1;
}

const char *hook_error_text(const struct hook_state *s)
{
	switch (s->error) {
	case HOOK_OFF:
		return "turned off on request";
	case HOOK_UNPROVEN:
		return "attached, but a trial did not run it";
	default:
		return strerror(s->error);
	}
}

const char *hook_kind_name(enum hook_kind kind)
{
	static const char *const names[] = {
		[HOOK_TRACEPOINT] = "tracepoint",
		[HOOK_NAMED] = "tracepoint",
		[HOOK_RETURN] = "return of",
		[HOOK_CALLS] = "exits of system calls",
	};

	return names[kind];
}

struct gap hooks_refused(enum program_set set, int err, const char *what, const char *missing, struct arena *arena)
{
	const char *since = programs_since(set);

	if (!since)
		return (struct gap){ what, arena_printf(arena, "the kernel refused to watch: %s", strerror(-err)) };
	return (struct gap){ what, arena_printf(arena, "this kernel does not show %s: since %s", missing, since),
		             arena_printf(arena, "boot %s or newer", since) };
}

static bool read_info(int program, struct bpf_prog_info *ret)
{
	uint32_t size = sizeof(*ret);

	*ret = (struct bpf_prog_info){ 0 };
	return !bpf_obj_get_info_by_fd(program, ret, &size);
}

uint64_t hook_misses(int program)
{
	struct bpf_prog_info info;

	return read_info(program, &info) ? info.recursion_misses : 0;
}

/* Alike are those of one tag, which is a hash of their instructions. */
struct hook_cost hook_cost_of(int program)
{
	struct bpf_prog_info own, info;
	struct hook_cost cost = { 0 };
	uint32_t id = 0;

	if (!read_info(program, &own))
		return cost;
	while (!bpf_prog_get_next_id(id, &id)) {
		cleanup(cleanup_close) int other = bpf_prog_get_fd_by_id(id);
		if (other < 0 || !read_info(other, &info) || memcmp(info.tag, own.tag, sizeof(info.tag)) != 0)
			continue;
		cost.runs += info.run_cnt;
		cost.ns += info.run_time_ns;
	}
	return cost;
}
