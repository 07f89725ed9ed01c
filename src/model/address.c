#include "address.h"
#include "moment.h"

static bool knows_addresses(const struct moment *m, uint32_t netns)
{
	return netns < m->netns.count && m->netns.items[netns].addresses_known;
}

enum address_found address_find(const struct moment *m, uint32_t netns, const struct addr *a,
                                const struct local_address **ret_which)
{
	if (addr_is_any(a) || addr_is_multicast(a))
		return ADDRESS_THERE;
	if (!knows_addresses(m, netns))
		return ADDRESS_UNKNOWN;
	array_each (&m->addresses, l) {
		if (l->netns != netns || !addr_range_holds(&l->range, a))
			continue;
		if (l->state == ADDRESS_READY)
			return ADDRESS_THERE;
		if (ret_which)
			*ret_which = l;
		return ADDRESS_UNREADY;
	}
	return ADDRESS_ABSENT;
}

bool address_binds(const struct moment *m, uint32_t netns, const struct addr *a)
{
	enum address_found found = address_find(m, netns, a, NULL);

	if (found == ADDRESS_THERE || found == ADDRESS_UNKNOWN)
		return true;
	const struct netns *n = &m->netns.items[netns];
	return addr_is_v4(a) ? n->nonlocal_bind : n->nonlocal_bind6;
}

bool address_serves(const struct moment *m, uint32_t netns, const struct addr *destination)
{
	bool loopback = addr_is_loopback(destination);

	if (!knows_addresses(m, netns))
		return true;
	array_each (&m->addresses, l) {
		const struct addr *a = &l->range.addr;
		if (l->netns == netns && l->state == ADDRESS_READY && addr_is_v4(a) == addr_is_v4(destination) &&
		    addr_is_loopback(a) == loopback && (!addr_is_link_local(a) || addr_is_link_local(destination)))
			return true;
	}
	return false;
}
