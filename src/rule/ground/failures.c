#include "failures.h"
#include "texts.h"

/* Ports a finder tries: the next ones, or any about so far away (Jupyter's random ones are within 100). */
enum { NEAR_PORTS = 200, WALKED_LEAST = 3 };

static bool passed_in_the_end(const struct failure *f)
{
	return f->passed && f->passed_last_unix_ms >= f->last_unix_ms;
}

/* As often as it failed, or nearly so: a server that retries its own port and has an admin's beside it is no finder. */
static bool found_another(const struct moment *m, const struct failure *f)
{
	const struct netns *n = &m->netns.items[f->netns];
	uint16_t port = f->elsewhere.port;
	bool near = port && abs(port - f->target.port) <= NEAR_PORTS;
	bool automatic = n->port_first && port >= n->port_first && port <= n->port_last;

	return (near || automatic) && f->passed_elsewhere * 2 >= f->count;
}

static bool bind_failed_at(const struct moment *m, const struct failure *like, unsigned port)
{
	array_each (&m->failures, f)
		if (f->call == CALL_BIND && f->error == like->error && f->process == like->process &&
		    f->netns == like->netns && f->target_known && f->target.port == port)
			return true;
	return false;
}

/* The same program failed at the ports beside this one, too: it is on its way. */
static bool walks(const struct moment *m, const struct failure *f)
{
	unsigned length = 1;

	for (unsigned port = f->target.port - 1U; port && bind_failed_at(m, f, port); port--)
		length++;
	for (unsigned port = f->target.port + 1U; length < WALKED_LEAST && bind_failed_at(m, f, port); port++)
		length++;
	return length >= WALKED_LEAST;
}

bool failure_copes(const struct moment *m, const struct failure *f)
{
	if (passed_in_the_end(f))
		return true;
	if (f->call == CALL_BIND)
		return f->target.port && (found_another(m, f) || walks(m, f));
	return f->call == CALL_CONNECT && f->passed_elsewhere && f->elsewhere.port == f->target.port &&
	       !addr_same(&f->elsewhere.addr, &f->target.addr);
}

const char *failure_target(struct inquiry *q, const struct failure *f)
{
	return f->target_known ? endpoint_text(q, &f->target) : "";
}

const char *error_text(struct inquiry *q, int error)
{
	const char *name = strerrorname_np(error);

	return name ? name : arena_printf(q->arena, "errno %d", error);
}
