#include "taken.h"
#include "base/log.h"
#include "cmd/session.h"

/* Who holds that port here, as a listener; NULL: nobody in view. */
static const struct process *find_listener(const struct moment *m, const struct endpoint *e)
{
	array_each (&m->sockets, s) {
		const struct process *p = moment_owner(m, s);
		if (s->state == STATE_LISTEN && s->local.port == e->port && m->netns.items[s->netns].self && p)
			return p;
	}
	return NULL;
}

static const struct process *look(struct session *s, const struct endpoint *e)
{
	struct options here = { .netns = "self" };

	if (session_open(s, &here, WANT_DETAILS) || session_look(s))
		return NULL;
	return find_listener(s->moment, e);
}

void taken_tell(const struct listen_address *a)
{
	TEXT_CLEANUP where = { 0 }, who = { 0 };

	listen_format(&where, a);
	if (a->path) {
		log_error("%s is taken: somebody answers there", where.bytes);
		log_hint("another unfin web? end it, or choose another path: --web.listen-address unix:/PATH");
		return;
	}
	cleanup(session_close) struct session s = { 0 };
	const struct process *p = look(&s, &a->endpoint);
	if (p) {
		process_format(&who, p);
		log_error("%s is taken: %s listens there", where.bytes, who.bytes);
	} else {
		log_error("%s is taken", where.bytes);
	}
	log_hint("who has it in full: unfin ports %u; another one: --web.listen-address 127.0.0.1:PORT",
	         a->endpoint.port);
}
