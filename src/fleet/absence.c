#include "absence.h"
#include "ends.h"
#include "times.h"
#include "model/hash.h"

enum { MARGIN_MS = 1000, WHOLE_BITS = 128 };

static uint64_t earlier_key(uint32_t look, uint64_t number)
{
	return hash_word(hash_word(1, look), number) ?: 1;
}

static void index_places(struct absence *a)
{
	const struct fleet *f = a->fleet;

	for (uint32_t i = 0; i < f->places.count; i++) {
		const struct fleet_place *p = &f->places.items[i];
		uint64_t key = hash_addr(1, &p->range.addr) ?: 1;
		uint32_t other = keyed_find(&a->single, key);
		if (p->range.bits < WHOLE_BITS)
			*array_push(&a->ranges) = i;
		else if (other == INDEX_NONE)
			keyed_add(&a->single, key, p->host);
		else if (other != p->host)
			a->single.items.items[index_find(&a->single.index, key)].value = ABSENCE_SEVERAL;
	}
}

static void index_looks(struct absence *a)
{
	const struct fleet *f = a->fleet;

	for (uint32_t i = 0; i < f->hosts.count; i++)
		*array_push(&a->by_host) = FLEET_NONE;
	array_each (&f->looks, l) {
		*array_push(&a->same_host) = a->by_host.items[l->host];
		a->by_host.items[l->host] = (uint32_t)(l - f->looks.items);
	}
}

void absence_begin(struct absence *a, struct fleet *f)
{
	*a = (struct absence){ .fleet = f };
	index_places(a);
	index_looks(a);
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
	keyed_free(&a->single);
	array_free(&a->ranges);
	array_free(&a->by_host);
	array_free(&a->same_host);
}

static bool was_there(const struct absence *a, uint32_t look, const struct fleet_end *e)
{
	return keyed_has(&a->earlier, earlier_key(look, e->flow)) ||
	       (e->sequence && keyed_has(&a->earlier, earlier_key(look, e->sequence)));
}

/* Of the host's own namespace; loopback and its like are the end's own host. */
static enum fleet_reason find_host(const struct absence *a, const struct fleet_end *e, uint32_t *ret_host)
{
	const struct fleet *f = a->fleet;
	uint32_t found = keyed_find(&a->single, hash_addr(1, &e->peer.addr) ?: 1);

	if (addr_is_loopback(&e->peer.addr)) {
		*ret_host = f->looks.items[e->look].host;
		return REASON_NONE;
	}
	array_each (&a->ranges, i) {
		const struct fleet_place *p = &f->places.items[*i];
		if (addr_range_holds(&p->range, &e->peer.addr))
			found = found == FLEET_NONE || found == p->host ? p->host : ABSENCE_SEVERAL;
	}
	if (found == ABSENCE_SEVERAL)
		return REASON_SEVERAL;
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

enum fleet_reason absence_prove(const struct absence *a, const struct fleet_end *e, uint32_t *ret_host,
                                uint32_t *ret_look)
{
	const struct fleet *f = a->fleet;
	const struct fleet_look *own = &f->looks.items[e->look];
	bool outer = e->flags & END_OUTER, loopback = addr_is_loopback(&e->peer.addr);

	*ret_host = *ret_look = FLEET_NONE;
	if (own->redacted)
		return REASON_REDACTED;
	if (own->tracks_unread || e->flags & END_CROSSED || (!outer && !loopback))
		return REASON_TRANSLATED;
	enum fleet_reason why = find_host(a, e, ret_host);
	if (why)
		return why;
	if (!(e->flags & END_TIMES))
		return REASON_YOUNG;
	*ret_look = f->hosts.items[*ret_host].newest;
	why = look_proves(a, e, *ret_look);
	for (uint32_t i = a->by_host.items[*ret_host]; why && i != FLEET_NONE; i = a->same_host.items[i])
		if (!look_proves(a, e, i)) {
			*ret_look = i;
			return REASON_NONE;
		}
	return why;
}
