#include "absence.h"
#include "ends.h"
#include "times.h"
#include "model/hash.h"

enum { MARGIN_MS = 1000 };

static uint64_t earlier_key(uint32_t look, uint64_t number)
{
	return hash_word(hash_word(1, look), number) ?: 1;
}

void absence_begin(struct absence *a, struct fleet *f)
{
	*a = (struct absence){ .fleet = f };
	array_each (&f->ends, e) {
		if (!(e->flags & END_EARLIER))
			continue;
		keyed_add(&a->earlier, earlier_key(e->look, e->flow), 1);
		if (e->sequence)
			keyed_add(&a->earlier, earlier_key(e->look, e->sequence), 1);
	}
}

void absence_end(struct absence *a)
{
	keyed_free(&a->earlier);
}

static bool was_there(const struct absence *a, uint32_t look, const struct fleet_end *e)
{
	return keyed_has(&a->earlier, earlier_key(look, e->flow)) ||
	       (e->sequence && keyed_has(&a->earlier, earlier_key(look, e->sequence)));
}

/* Of the host's own namespace; loopback and its like are the end's own host. */
static enum fleet_reason find_host(const struct fleet *f, const struct fleet_end *e, uint32_t *ret_host)
{
	uint32_t found = FLEET_NONE;

	if (addr_is_loopback(&e->peer.addr)) {
		*ret_host = f->looks.items[e->look].host;
		return REASON_NONE;
	}
	array_each (&f->places, p) {
		if (!addr_range_holds(&p->range, &e->peer.addr))
			continue;
		if (found != FLEET_NONE && found != p->host)
			return REASON_SEVERAL;
		found = p->host;
	}
	*ret_host = found;
	return found == FLEET_NONE ? REASON_OUTSIDE : REASON_NONE;
}

/* Both must have existed, and rested, from before that look until after it. */
static enum fleet_reason times_prove(const struct fleet *f, const struct fleet_end *e, uint32_t look)
{
	int64_t low_ms, high_ms;

	if (!times_apart_ms(f, e->look, look, &low_ms, &high_ms))
		return REASON_TIMES;
	if (low_ms < 0)
		return REASON_LOOKED_LATER;
	if (end_quiet_ms(e) < high_ms + MARGIN_MS)
		return e->look == look ? REASON_YOUNG : REASON_LOOKED_EARLIER;
	if (e->since_ack_ms < high_ms + MARGIN_MS)
		return REASON_ANSWERS;
	return REASON_NONE;
}

static enum fleet_reason look_proves(const struct absence *a, const struct fleet_end *e, uint32_t look)
{
	const struct fleet_look *l = &a->fleet->looks.items[look];

	if (l->gap)
		return REASON_INCOMPLETE;
	if (l->tracks && look != e->look)
		return REASON_LEADS_ON;
	if (was_there(a, look, e))
		return REASON_MOVED;
	return times_prove(a->fleet, e, look);
}

enum fleet_reason absence_prove(const struct absence *a, const struct fleet_end *e, uint32_t *ret_host)
{
	const struct fleet *f = a->fleet;
	const struct fleet_look *own = &f->looks.items[e->look];
	bool outer = e->flags & END_OUTER, loopback = addr_is_loopback(&e->peer.addr);

	*ret_host = FLEET_NONE;
	if (own->redacted)
		return REASON_REDACTED;
	if (own->tracks_unread || e->flags & END_CROSSED || (!outer && !loopback))
		return REASON_TRANSLATED;
	enum fleet_reason why = find_host(f, e, ret_host);
	if (why)
		return why;
	if (!(e->flags & END_TIMES))
		return REASON_YOUNG;
	why = look_proves(a, e, f->hosts.items[*ret_host].newest);
	for (uint32_t i = 0; why && i < f->looks.count; i++)
		if (f->looks.items[i].host == *ret_host && !look_proves(a, e, i))
			return REASON_NONE;
	return why;
}
