#include "keepers.h"

bool process_keeps_ports(const struct process *p)
{
	/* As the kernel cuts them: 15 bytes. */
	static const char *const names[] = { "conmon",       "docker-proxy", "dockerd",     "rootlesskit",
		                             "rootlessport", "pasta",        "slirp4netns", "rootlesskit-doc" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (streq(p->comm, names[i]))
			return true;
	return false;
}

static uint32_t holder_of(const struct moment *m, uint32_t socket)
{
	const struct holder *h = socket == SOCKET_NONE ? NULL : moment_holder(m, m->sockets.items[socket].first_holder);

	return h ? h->process : PROCESS_NONE;
}

uint32_t *keepers_find_behind(const struct moment *m, const uint32_t *other)
{
	uint32_t *behind = memory_resize(NULL, m->processes.count + 1, sizeof(*behind));
	cleanup(cleanup_free) bool *several = memory_zeroed(m->processes.count + 1);

	memset(behind, 0xff, (m->processes.count + 1) * sizeof(*behind));
	array_each (&m->sockets, s) {
		uint32_t at = (uint32_t)(s - m->sockets.items), keeper = holder_of(m, at);
		if (s->role != ROLE_CLIENT || keeper == PROCESS_NONE ||
		    !process_keeps_ports(&m->processes.items[keeper]))
			continue;
		uint32_t process = holder_of(m, other[at]);
		several[keeper] |=
		        process != PROCESS_NONE && behind[keeper] != PROCESS_NONE && behind[keeper] != process;
		behind[keeper] = several[keeper] || process == PROCESS_NONE ? behind[keeper] : process;
	}
	for (size_t i = 0; i < m->processes.count; i++)
		behind[i] = several[i] ? PROCESS_NONE : behind[i];
	return behind;
}
