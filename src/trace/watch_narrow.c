/* What of an expression the kernel programs can decide themselves: that of which all that matches must be true. */
#include "watch_parts.h"
#include "model/filter/demand.h"

static bool demands_number(const struct filter *f, const char *field, uint64_t most, uint64_t *ret)
{
	struct value v;

	if (!filter_demands(f, field, &v) || v.number > most)
		return false;
	*ret = v.number;
	return true;
}

static void narrow_address(const struct filter *f, const char *name, const char *alone, uint8_t address[16],
                           uint8_t *bits)
{
	struct addr_range range;

	if (!filter_demands_range(f, name, &range) && !filter_demands_range(f, alone, &range))
		return;
	memcpy(address, range.addr.bytes, sizeof(range.addr.bytes));
	*bits = range.bits;
}

/* `local_port == 80`, or `local == 10.0.0.1:80`; 0 is no port to look for. */
static uint16_t narrow_port(const struct filter *f, const char *name, const char *port)
{
	uint64_t number = 0;
	struct value v;

	if (!demands_number(f, port, UINT16_MAX, &number) && filter_demands(f, name, &v))
		number = v.endpoint.port;
	return (uint16_t)number;
}

/* One that is longer than the kernel's own matches nothing: the reader finds that out. */
static void narrow_comm(const struct filter *f, char comm[16])
{
	struct value v;

	if (filter_demands(f, "comm", &v) && strlen(v.text) < 16)
		memcpy(comm, v.text, strlen(v.text));
}

void watch_narrow(struct record_narrow *ret, const struct watch_request *request)
{
	const struct filter *f = request->filter;
	uint64_t number = 0;

	*ret = (struct record_narrow){ .netns = request->netns, .family = request->family };
	if (demands_number(f, "pid", UINT32_MAX, &number))
		ret->tgid = (uint32_t)number;
	if (!ret->netns && demands_number(f, "netns", UINT32_MAX, &number))
		ret->netns = (uint32_t)number;
	if (demands_number(f, "cgroup", UINT64_MAX, &number))
		ret->cgroup = number;
	ret->local_port = narrow_port(f, "local", "local_port");
	ret->peer_port = narrow_port(f, "peer", "peer_port");
	narrow_address(f, "local_address", "local", ret->local, &ret->local_bits);
	narrow_address(f, "peer_address", "peer", ret->peer, &ret->peer_bits);
	narrow_comm(f, ret->comm);
}
