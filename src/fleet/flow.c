#include "flow.h"
#include "base/siphash.h"

static const uint8_t no_key[SIPHASH_KEY_BYTES];

static void put_word(uint8_t *out, uint64_t word)
{
	for (int i = 0; i < 8; i++)
		out[i] = (uint8_t)(word >> 8 * i);
}

uint64_t flow_scope_private(uint64_t host_id, uint64_t netns_inode)
{
	uint8_t bytes[16];

	put_word(bytes, host_id);
	put_word(bytes + 8, netns_inode);
	uint64_t scope = siphash(no_key, bytes, sizeof(bytes));
	return scope > SCOPE_OUTER ? scope : SCOPE_OUTER + 1;
}

static bool is_of_one_place(const struct addr *a)
{
	return addr_is_loopback(a) || addr_is_link_local(a);
}

uint64_t flow_scope(uint64_t host_id, uint64_t netns_inode, bool outer, const struct endpoint *local,
                    const struct endpoint *peer)
{
	if (outer && !is_of_one_place(&local->addr) && !is_of_one_place(&peer->addr))
		return SCOPE_OUTER;
	return flow_scope_private(host_id, netns_inode);
}

uint64_t flow_id(uint64_t scope, const struct endpoint *a, const struct endpoint *b)
{
	enum { SCOPE_AT = 0, LOWER_AT = 8, UPPER_AT = 24, PORTS_AT = 40, FLOW_BYTES = 48 };
	int order = memcmp(a->addr.bytes, b->addr.bytes, 16) ?: CMP(a->port, b->port);
	const struct endpoint *lower = order <= 0 ? a : b, *upper = order <= 0 ? b : a;
	uint8_t bytes[FLOW_BYTES];

	put_word(bytes + SCOPE_AT, scope);
	memcpy(bytes + LOWER_AT, lower->addr.bytes, 16);
	memcpy(bytes + UPPER_AT, upper->addr.bytes, 16);
	put_word(bytes + PORTS_AT, lower->port | (uint64_t)upper->port << 32);
	return siphash(no_key, bytes, sizeof(bytes));
}
