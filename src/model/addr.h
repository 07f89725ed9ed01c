/* One address type for IPv4 and IPv6. A v4 address is kept as ::ffff:a.b.c.d with `v6` false, so that a
 * v4-mapped one on a v6 socket (`v6` true) stays distinguishable, is printed as ::ffff:a.b.c.d, and still
 * matches v4 ranges (RFC 4291 2.5.5.2). Ports are in host order. */
#pragma once
#include "base/text.h"

struct addr {
	uint8_t bytes[16];
	uint8_t v6; /* the socket's family is AF_INET6 */
};

struct endpoint {
	struct addr addr;
	uint16_t port;
};

/* An address range; `bits` counts from the start of the 16 bytes (a v4 /8 is 104 bits). */
struct addr_range {
	struct addr addr;
	uint8_t bits;
};

struct addr addr_v4(uint32_t network_order);
struct addr addr_v6(const uint8_t bytes[16]);

bool addr_is_v4(const struct addr *a);                      /* native or mapped: has a v4 address in it */
bool addr_is_any(const struct addr *a);                     /* 0.0.0.0, ::, ::ffff:0.0.0.0 */
bool addr_is_loopback(const struct addr *a);                /* 127.0.0.0/8, ::1 */
bool addr_is_link_local(const struct addr *a);              /* fe80::/10 */
bool addr_is_multicast(const struct addr *a);               /* 224.0.0.0/4, ff00::/8 */
bool addr_same(const struct addr *a, const struct addr *b); /* the same on the wire: mapped equals native */
int addr_compare(const struct addr *a, const struct addr *b);

/* `10.0.0.1`, `::1`, `[::1]`, `::ffff:10.0.0.1`; 0 or -EINVAL. */
int addr_parse(const char *s, struct addr *ret);
/* An address with or without /bits. */
int addr_range_parse(const char *s, struct addr_range *ret);
bool addr_range_holds(const struct addr_range *range, const struct addr *a);
/* `10.0.0.1:80`, `[::1]:80`; 0 or -EINVAL. */
int endpoint_parse(const char *s, struct endpoint *ret);

void addr_format(struct text *t, const struct addr *a);         /* as JSON has it: no brackets */
void endpoint_format(struct text *t, const struct endpoint *e); /* 127.0.0.1:80, [::1]:80 */
bool endpoint_same(const struct endpoint *a, const struct endpoint *b);
