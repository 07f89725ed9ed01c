#include "recheck.h"

void recheck_begin(struct recheck *r, const struct moment *before, const struct moment *now)
{
	*r = (struct recheck){ .before = before, .now = now };
	index_init(&r->by_cookie, now->sockets.count ? &now->sockets.items[0].cookie : NULL, sizeof(struct socket),
	           now->sockets.count);
	for (uint32_t i = 0; i < now->sockets.count; i++)
		if (now->sockets.items[i].cookie &&
		    index_find(&r->by_cookie, now->sockets.items[i].cookie) == INDEX_NONE)
			index_add(&r->by_cookie, i);
}

void recheck_end(struct recheck *r)
{
	index_free(&r->by_cookie);
}

static uint64_t netns_of(const struct moment *m, const struct socket *s)
{
	return s->netns == NETNS_UNKNOWN ? 0 : m->netns.items[s->netns].inode;
}

const struct socket *recheck_find(const struct recheck *r, const struct socket *before)
{
	uint32_t at = index_find(&r->by_cookie, before->cookie);
	const struct socket *now = at == INDEX_NONE ? NULL : &r->now->sockets.items[at];

	return now && netns_of(r->now, now) == netns_of(r->before, before) ? now : NULL;
}

bool recheck_is_gone(const struct recheck *r, const struct socket *before)
{
	const struct socket *now = recheck_find(r, before);

	return !now || (now->state == STATE_CLOSE && before->state != STATE_CLOSE);
}

/* Start times are compared as finely as /proc tells them. */
static bool holds(const struct moment *m, const struct socket *s, const struct process *p, uint32_t fd)
{
	moment_each_holder (m, s, h)
		if (m->processes.items[h->process].key == p->key && h->fd == fd)
			return true;
	return false;
}

static bool all_hold(const struct moment *of, const struct socket *s, const struct moment *in,
                     const struct socket *other)
{
	moment_each_holder (of, s, h)
		if (!holds(in, other, &of->processes.items[h->process], h->fd))
			return false;
	return true;
}

const char *recheck_why(const struct recheck *r, const struct socket *before, const struct socket *now,
                        uint64_t min_age_ms)
{
	if (now->state != before->state)
		return "it has moved on to another state since the plan";
	if (now->acked_bytes != before->acked_bytes || now->received_bytes != before->received_bytes ||
	    now->send_q != before->send_q)
		return "data has moved since the plan: somebody uses it";
	if (now->recv_q != before->recv_q)
		return "its program has read from it since the plan";
	if (socket_age(now).min_ms < min_age_ms)
		return "it is younger than --min-age by now: something came in since the plan";
	if (!all_hold(r->now, now, r->before, before) || !all_hold(r->before, before, r->now, now))
		return "it has other holders since the plan";
	return NULL;
}
