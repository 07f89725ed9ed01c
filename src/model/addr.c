#include "addr.h"
#include "base/parse.h"
#include <arpa/inet.h>
#include <errno.h>

static const uint8_t mapped_prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

struct addr addr_v4(uint32_t network_order)
{
	struct addr a = { .v6 = false };

	memcpy(a.bytes, mapped_prefix, sizeof(mapped_prefix));
	memcpy(a.bytes + 12, &network_order, 4);
	return a;
}

struct addr addr_v6(const uint8_t bytes[16])
{
	struct addr a = { .v6 = true };

	memcpy(a.bytes, bytes, 16);
	return a;
}

bool addr_is_v4(const struct addr *a)
{
	return memcmp(a->bytes, mapped_prefix, sizeof(mapped_prefix)) == 0;
}

bool addr_is_any(const struct addr *a)
{
	static const uint8_t zero[16];

	return memcmp(a->bytes, zero, 16) == 0 || (addr_is_v4(a) && memcmp(a->bytes + 12, zero, 4) == 0);
}

bool addr_is_loopback(const struct addr *a)
{
	static const uint8_t one[16] = { [15] = 1 };

	return addr_is_v4(a) ? a->bytes[12] == 127 : memcmp(a->bytes, one, 16) == 0;
}

bool addr_is_link_local(const struct addr *a)
{
	return !addr_is_v4(a) && a->bytes[0] == 0xfe && (a->bytes[1] & 0xc0) == 0x80;
}

bool addr_is_multicast(const struct addr *a)
{
	return addr_is_v4(a) ? (a->bytes[12] & 0xf0) == 0xe0 : a->bytes[0] == 0xff;
}

bool addr_same(const struct addr *a, const struct addr *b)
{
	return memcmp(a->bytes, b->bytes, 16) == 0;
}

int addr_compare(const struct addr *a, const struct addr *b)
{
	int order = memcmp(a->bytes, b->bytes, 16);

	return order ? order : CMP(a->v6, b->v6);
}

int addr_parse(const char *s, struct addr *ret)
{
	char plain[INET6_ADDRSTRLEN];
	size_t length = strlen(s);
	uint8_t bytes[16];

	if (*s == '[' && length > 2 && s[length - 1] == ']') {
		s++;
		length -= 2;
	}
	if (length >= sizeof(plain))
		return -EINVAL;
	memcpy(plain, s, length);
	plain[length] = '\0';
	if (inet_pton(AF_INET, plain, bytes) == 1) {
		uint32_t v4;
		memcpy(&v4, bytes, 4);
		*ret = addr_v4(v4);
		return 0;
	}
	if (inet_pton(AF_INET6, plain, bytes) != 1)
		return -EINVAL;
	*ret = addr_v6(bytes);
	return 0;
}

int addr_range_parse(const char *s, struct addr_range *ret)
{
	const char *slash = strchr(s, '/');
	char plain[INET6_ADDRSTRLEN + 2];
	struct addr_range range;
	size_t length = slash ? (size_t)(slash - s) : strlen(s);
	uint64_t bits;

	if (length >= sizeof(plain))
		return -EINVAL;
	memcpy(plain, s, length);
	plain[length] = '\0';
	if (addr_parse(plain, &range.addr))
		return -EINVAL;
	uint64_t most = range.addr.v6 ? 128 : 32;
	bits = most;
	if (slash && (parse_u64(slash + 1, &bits) || bits > most))
		return -EINVAL;
	range.bits = (uint8_t)(128 - most + bits);
	*ret = range;
	return 0;
}

bool addr_range_holds(const struct addr_range *range, const struct addr *a)
{
	unsigned whole = range->bits / 8, rest = range->bits % 8;

	if (memcmp(range->addr.bytes, a->bytes, whole))
		return false;
	return !rest || !((range->addr.bytes[whole] ^ a->bytes[whole]) & (0xff00 >> rest) & 0xff);
}

int endpoint_parse(const char *s, struct endpoint *ret)
{
	const char *colon = strrchr(s, ':');
	char host[INET6_ADDRSTRLEN + 2];
	uint64_t port;
	struct endpoint e;

	if (!colon || (size_t)(colon - s) >= sizeof(host) || parse_u64(colon + 1, &port) || port > 65535)
		return -EINVAL;
	memcpy(host, s, (size_t)(colon - s));
	host[colon - s] = '\0';
	/* An IPv6 address needs its brackets: `::1:80` would be read as an address. */
	if (addr_parse(host, &e.addr) || (e.addr.v6 && *host != '['))
		return -EINVAL;
	e.port = (uint16_t)port;
	*ret = e;
	return 0;
}

static void addr_format_v4(struct text *t, const uint8_t *bytes)
{
	for (int i = 0; i < 4; i++) {
		if (i)
			text_add_char(t, '.');
		text_add_u64(t, bytes[i]);
	}
}

enum { GROUPS = 8 };

/* The longest run of zero groups, the first of equals: where `::` goes (RFC 5952 4.2). One alone is none. */
static unsigned zero_run(const uint16_t *groups, unsigned *ret_first)
{
	unsigned best = 1, length = 0;

	for (unsigned i = 0; i < GROUPS; i++) {
		length = groups[i] ? 0 : length + 1;
		if (length <= best)
			continue;
		best = length;
		*ret_first = i + 1 - length;
	}
	return best > 1 ? best : 0;
}

static void add_hex(struct text *t, uint16_t group)
{
	unsigned digits = group > 0xfff ? 4 : group > 0xff ? 3 : group > 0xf ? 2 : 1;

	while (digits--)
		text_add_char(t, "0123456789abcdef"[group >> 4 * digits & 0xf]);
}

/* As inet_ntop() writes it, at a tenth of its time: that one goes through printf. */
static void addr_format_v6(struct text *t, const uint8_t *bytes)
{
	uint16_t groups[GROUPS];
	unsigned first = GROUPS;

	for (unsigned i = 0; i < GROUPS; i++)
		groups[i] = (uint16_t)(bytes[2 * i] << 8 | bytes[2 * i + 1]);
	unsigned zeros = zero_run(groups, &first);
	for (unsigned i = 0; i < GROUPS; i++) {
		if (i == first) {
			text_add(t, "::");
			i += zeros - 1;
			continue;
		}
		if (i && i != first + zeros)
			text_add_char(t, ':');
		if (i == 6 && first == 0 && zeros == 6) {
			addr_format_v4(t, bytes + 12); /* ::10.0.0.1 */
			return;
		}
		add_hex(t, groups[i]);
	}
}

void addr_format(struct text *t, const struct addr *a)
{
	if (addr_is_v4(a)) {
		if (a->v6)
			text_add(t, "::ffff:");
		addr_format_v4(t, a->bytes + 12);
		return;
	}
	addr_format_v6(t, a->bytes);
}

void endpoint_format(struct text *t, const struct endpoint *e)
{
	if (e->addr.v6)
		text_add_char(t, '[');
	addr_format(t, &e->addr);
	if (e->addr.v6)
		text_add_char(t, ']');
	text_add_char(t, ':');
	text_add_u64(t, e->port);
}

bool endpoint_same(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && addr_same(&a->addr, &b->addr);
}
