/* What of an expression the kernel programs can decide themselves: that of which all that matches must be true. */
#include "watch_parts.h"
#include "model/filter/demand.h"

struct narrowing {
	const struct filter *filter;
	struct record_narrow *narrow;
	size_t met; /* comparisons of the filter that the programs make */
};

static bool demands_number(struct narrowing *n, const char *field, uint64_t most, uint64_t *ret)
{
	struct value v;

	if (!filter_demands(n->filter, field, &v) || v.number > most)
		return false;
	*ret = v.number;
	n->met++;
	return true;
}

static uint16_t demanded_port(struct narrowing *n, const char *field)
{
	uint64_t number = 0;

	demands_number(n, field, UINT16_MAX, &number);
	return (uint16_t)number;
}

static bool take_range(struct narrowing *n, const char *field, uint8_t address[16], uint8_t *bits)
{
	struct addr_range range;

	if (!filter_demands_range(n->filter, field, &range))
		return false;
	memcpy(address, range.addr.bytes, sizeof(range.addr.bytes));
	*bits = range.bits;
	return true;
}

/* `local_port == 80`, `local_address in 10.0.0.0/8`, or both in one: `local == 10.0.0.1:80`, `local == :80`. */
static void narrow_end(struct narrowing *n, const char *const names[3], uint8_t address[16], uint8_t *bits,
                       uint16_t *port)
{
	struct value whole;
	size_t before = n->met;

	*port = demanded_port(n, names[0]);
	n->met += take_range(n, names[1], address, bits);
	if (n->met > before || !filter_demands(n->filter, names[2], &whole))
		return;
	*port = whole.endpoint.port;
	take_range(n, names[2], address, bits);
	n->met++;
}

/* One that is longer than the kernel's own matches nothing: the reader finds that out. */
static void narrow_comm(struct narrowing *n)
{
	struct value v;

	if (!filter_demands(n->filter, "comm", &v) || strlen(v.text) >= sizeof(n->narrow->comm))
		return;
	memcpy(n->narrow->comm, v.text, strlen(v.text));
	n->met++;
}

bool watch_narrow(struct record_narrow *ret, const struct watch_request *request)
{
	static const char *const local[] = { "local_port", "local_address", "local" };
	static const char *const peer[] = { "peer_port", "peer_address", "peer" };
	struct narrowing n = { .filter = request->filter, .narrow = ret };
	uint64_t number = 0;

	*ret = (struct record_narrow){ .netns = request->netns, .family = request->family };
	if (demands_number(&n, "pid", UINT32_MAX, &number))
		ret->tgid = (uint32_t)number;
	if (!ret->netns && demands_number(&n, "netns", UINT32_MAX, &number))
		ret->netns = (uint32_t)number;
	if (demands_number(&n, "cgroup", UINT64_MAX, &number))
		ret->cgroup = number;
	narrow_end(&n, local, ret->local, &ret->local_bits, &ret->local_port);
	narrow_end(&n, peer, ret->peer, &ret->peer_bits, &ret->peer_port);
	narrow_comm(&n);
	return !n.filter || (n.met && n.met == filter_count_demands(n.filter));
}
