#include "event.h"
#include "model/filter/filter.h"

const char *event_name(enum event_kind k)
{
	static const char *const names[EVENT_KIND_COUNT] = {
		[EVENT_OPENED] = "opened",     [EVENT_ACCEPTED] = "accepted",   [EVENT_FIN_RECEIVED] = "fin_received",
		[EVENT_EOF_TOLD] = "eof_told", [EVENT_SHUT_DOWN] = "shut_down", [EVENT_CLOSED] = "closed",
		[EVENT_RESET] = "reset",       [EVENT_FAILED] = "failed",       [EVENT_DESTROYED] = "destroyed",
		[EVENT_ARRIVED] = "arrived",
	};

	return names[k];
}

static uint8_t state_left(const struct event *e)
{
	static const uint8_t states[EVENT_KIND_COUNT] = {
		[EVENT_OPENED] = STATE_ESTABLISHED,
		[EVENT_ACCEPTED] = STATE_ESTABLISHED,
		[EVENT_FIN_RECEIVED] = STATE_CLOSE_WAIT,
		[EVENT_EOF_TOLD] = STATE_CLOSE_WAIT,
		[EVENT_SHUT_DOWN] = STATE_FIN_WAIT1,
		[EVENT_CLOSED] = STATE_FIN_WAIT1,
		[EVENT_RESET] = STATE_CLOSE,
		[EVENT_FAILED] = STATE_CLOSE,
		[EVENT_DESTROYED] = STATE_CLOSE,
		[EVENT_ARRIVED] = STATE_ESTABLISHED,
	};
	bool last_ack = e->fin_came && states[e->kind] == STATE_FIN_WAIT1;

	return last_ack ? STATE_LAST_ACK : states[e->kind];
}

bool event_match(const struct filter *f, struct moment *m, const struct event *e)
{
	struct socket s = {
		.cookie = e->cookie,
		.cgroup = e->cgroup,
		.local = e->local,
		.peer = e->peer,
		.netns = e->netns,
		.first_holder = HOLDER_NONE,
		.state = state_left(e),
		.role = e->role,
	};

	if (!f)
		return true;
	m->holders.count = 0;
	if (e->process != PROCESS_NONE)
		moment_hold(m, &s, e->process, 0);
	if (e->opener != PROCESS_NONE && e->opener != e->process)
		moment_hold(m, &s, e->opener, 0);
	if (s.first_holder != HOLDER_NONE)
		s.uid = m->processes.items[m->holders.items[s.first_holder].process].uid;
	return filter_match(f, m, &s);
}
