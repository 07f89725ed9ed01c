#include "keepers.h"
#include "listeners.h"

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

/* The keeper that has opened this connection to what is behind it, or PROCESS_NONE. */
static uint32_t keeper_of(const struct moment *m, const struct socket *s)
{
	const struct holder *h = s->role == ROLE_CLIENT ? moment_holder(m, s->first_holder) : NULL;

	return h && process_keeps_ports(&m->processes.items[h->process]) ? h->process : PROCESS_NONE;
}

uint32_t *keepers_find_behind(struct inquiry *q, const uint32_t *other)
{
	const struct moment *m = q->moment;
	uint32_t *behind = memory_resize(NULL, m->processes.count + 1, sizeof(*behind));
	cleanup(cleanup_free) bool *several = memory_zeroed(m->processes.count + 1);

	memset(behind, 0xff, (m->processes.count + 1) * sizeof(*behind));
	array_each (&m->sockets, s) {
		uint32_t to = other[s - m->sockets.items], keeper = keeper_of(m, s);
		uint32_t process = keeper == PROCESS_NONE || to == SOCKET_NONE ? PROCESS_NONE : socket_process(q, to);
		if (process == PROCESS_NONE)
			continue;
		several[keeper] |= behind[keeper] != PROCESS_NONE && behind[keeper] != process;
		behind[keeper] = process;
	}
	for (size_t i = 0; i < m->processes.count; i++)
		behind[i] = several[i] ? PROCESS_NONE : behind[i];
	return behind;
}
