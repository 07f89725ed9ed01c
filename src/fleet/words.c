/* Verdicts and reasons as documents and people have them. */
#include "fleet.h"

const char *pair_verdict_name(enum pair_verdict v)
{
	static const char *const names[PAIR_VERDICTS] = {
		[PAIR_CLIENT_OWES] = "client_owes",
		[PAIR_SERVER_OWES] = "server_owes",
		[PAIR_OWES] = "owes",
		[PAIR_FIN_FROM_BETWEEN] = "fin_from_between",
		[PAIR_HALF_OPEN] = "half_open",
		[PAIR_NOT_A_PAIR] = "not_a_pair",
		[PAIR_UNSURE] = "unknown",
		[PAIR_CLOSING] = "closing",
		[PAIR_HEALTHY] = "healthy",
	};

	return names[v];
}

bool pair_verdict_matters(enum pair_verdict v)
{
	return v != PAIR_HEALTHY && v != PAIR_CLOSING;
}

const char *fleet_joined_name(enum fleet_joined j)
{
	static const char *const names[] = { NULL, "flow", "sequence", "absence" };

	return names[j];
}

const char *fleet_fin_name(enum fleet_fin f)
{
	static const char *const names[] = { "nobody", "ours", "theirs", "between", NULL };

	return names[f];
}

const char *fleet_reason_name(enum fleet_reason r)
{
	static const char *const names[FLEET_REASONS] = {
		[REASON_OUTSIDE] = "outside",
		[REASON_SEVERAL] = "several_hosts",
		[REASON_INCOMPLETE] = "incomplete",
		[REASON_TRANSLATED] = "translated",
		[REASON_LEADS_ON] = "leads_on",
		[REASON_LOOKED_LATER] = "looked_later",
		[REASON_LOOKED_EARLIER] = "looked_earlier",
		[REASON_TIMES] = "times",
		[REASON_ANSWERS] = "answers",
		[REASON_REDACTED] = "redacted",
		[REASON_YOUNG] = "young",
		[REASON_SEVERAL_ENDS] = "several_ends",
		[REASON_MOVED] = "moved",
		[REASON_STATES] = "states",
	};

	return names[r];
}

bool fleet_end_holder_is_unknown(const struct fleet_end *e)
{
	switch (e->unowned) {
	case UNOWNED_NO:
	case UNOWNED_TIME_WAIT:
	case UNOWNED_NOT_ACCEPTED:
	case UNOWNED_REQUEST:
	case UNOWNED_ORPHAN:
		return false;
	default:
		return true;
	}
}

const char *fleet_end_unheld(const struct fleet_end *e)
{
	if (!(e->flags & END_LISTENED))
		return "";
	if (fleet_end_holder_is_unknown(e))
		return ", who holds it is not known";
	return e->unowned == UNOWNED_NOT_ACCEPTED ? ", not accepted yet" : ", closed by its program";
}

/* @1: our host, @2: the other one, @3: the peer's address as our end has it. */
static const char *const reasons[FLEET_REASONS] = {
	[REASON_OUTSIDE] = "no file is of a host with the address @3",
	[REASON_SEVERAL] = "several hosts have the address @3",
	[REASON_INCOMPLETE] = "@2 could not see all of its sockets",
	[REASON_TRANSLATED] = "@1 translates addresses, and nothing tells where @3 leads",
	[REASON_LEADS_ON] = "@2 translates addresses: the connection may lead on from there",
	[REASON_LOOKED_LATER] = "@2 looked later, and it may have been closed meanwhile: record @1 once more",
	[REASON_LOOKED_EARLIER] = "@2 looked earlier, and it was used since: record @2, then @1, once more",
	[REASON_TIMES] = "nothing shows which looked first, @1 or @2: record both once more, @2 first",
	[REASON_ANSWERS] = "somebody has acknowledged lately, and it is no socket of @2",
	[REASON_REDACTED] = "addresses are hidden, and no other end has its sequence numbers",
	[REASON_YOUNG] = "it was in use just now",
	[REASON_SEVERAL_ENDS] = "more than two sockets of these files claim to be its ends",
	[REASON_MOVED] = "both ends are there, but it was in use between the looks",
	[REASON_STATES] = "both ends are there, in states that do not fit each other",
};

/* The same of what a hub was told, where that reads otherwise: nobody records anything there. */
static const char *const hub_reasons[FLEET_REASONS] = {
	[REASON_OUTSIDE] = "no host that told the hub has the address @3",
	[REASON_LOOKED_LATER] = "@2 looked later, and it may have been closed meanwhile: the next look of @1 tells",
	[REASON_LOOKED_EARLIER] = "@2 looked earlier, and it was used since: their next looks tell",
	[REASON_TIMES] = "nothing shows which looked first, @1 or @2: their next looks may",
	[REASON_SEVERAL_ENDS] = "more than two sockets claim to be its ends",
};

void fleet_reason_add(struct text *t, const struct fleet *f, const struct fleet_pair *p)
{
	TEXT_CLEANUP peer = { 0 };
	const char *other = p->other_host == FLEET_NONE ? "the other host" : f->hosts.items[p->other_host].name;

	if (!p->reason)
		return;
	addr_format(&peer, &f->ends.items[p->ours].peer.addr);
	const char *words[] = { fleet_host_of(f, p->ours)->name, other, peer.bytes };
	const char *of_hub = fleet_is_of_hub(f) ? hub_reasons[p->reason] : NULL;
	for (const char *s = of_hub ?: reasons[p->reason]; *s; s++) {
		if (*s != '@')
			text_add_char(t, *s);
		else
			text_add_shown(t, words[*++s - '1']);
	}
}
