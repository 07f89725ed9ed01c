#include "golang_bridge.h"
#include <errno.h>

enum { RACER = BRIDGE_HOOKS };

static const char dial[] = "net/http.(*Transport).dialConnFor", racer[] = "net.(*sysDialer).dialParallel.func1";

int golang_bridge(const struct golang *g, int fd, uint64_t start, struct record_bridge_program *ret)
{
	static const char *const names[] = { [BRIDGE_QUEUE] = "net/http.(*Transport).queueForDial",
		                             [BRIDGE_DIAL] = dial,
		                             [BRIDGE_PARALLEL] = "net.(*sysDialer).dialParallel",
		                             [BRIDGE_SERIAL] = "net.(*sysDialer).dialSerial",
		                             [RACER] = racer };
	struct golang_range at[ARRAY_SIZE(names)];
	struct record_bridge_program p = { 0 };
	bool any = false;

	if (g->layout == GOLANG_116)
		return -ENOENT;
	golang_functions(g, names, ARRAY_SIZE(names), at);
	for (size_t i = 0; i < BRIDGE_HOOKS; i++) {
		uint64_t offset;
		if (at[i].first < start || elf_file_offset(fd, at[i].first - start, &offset))
			continue;
		p.entry[i] = offset;
		any = true;
	}
	p.dial_first = at[BRIDGE_DIAL].first;
	p.dial_end = at[BRIDGE_DIAL].end;
	p.racer_first = at[RACER].first;
	p.racer_end = at[RACER].end;
	*ret = p;
	return any ? 0 : -ENOENT;
}

bool golang_is_helper(const struct frame *frames, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (streq(frames[i].function, dial) || streq(frames[i].function, racer))
			return true;
	return false;
}
