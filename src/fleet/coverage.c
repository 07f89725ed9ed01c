#include "coverage.h"

enum { LATE_MS = 60 * 1000 };

/* By the clock that the looks share, where there is one. */
bool fleet_is_late(const struct fleet *f, const struct fleet_look *l)
{
	if (f->one_clock)
		return f->newest_at_ms - l->at_ms > LATE_MS;
	array_each (&f->hosts, h) {
		const struct fleet_look *other = &f->looks.items[h->newest];
		int64_t ms = l->times == other->times ? other->at_ms - l->at_ms
		                                      : (int64_t)other->taken_unix_ms - (int64_t)l->taken_unix_ms;
		if (ms > LATE_MS)
			return true;
	}
	return false;
}

static const struct fleet_look *newest_of(const struct fleet *f, const struct fleet_host *h)
{
	return &f->looks.items[h->newest];
}

/* Of two that equally many have, the greater. */
static uint64_t common_key(const struct fleet *f)
{
	ARRAY(uint64_t) keys = { 0 };
	uint64_t best = 0;
	size_t most = 0;

	array_each (&f->hosts, h)
		if (newest_of(f, h)->key_id)
			*array_push(&keys) = newest_of(f, h)->key_id;
	array_sort(&keys, compare_u64);
	for (size_t first = 0, end; first < keys.count; first = end) {
		for (end = first + 1; end < keys.count && keys.items[end] == keys.items[first];)
			end++;
		if (end - first >= most) {
			most = end - first;
			best = keys.items[first];
		}
	}
	array_free(&keys);
	return best;
}

void fleet_compare_hosts(struct fleet *f)
{
	f->common_key = common_key(f);
	f->one_clock = true;
	f->newest_at_ms = INT64_MIN;
	array_each (&f->hosts, h) {
		f->one_clock &= newest_of(f, h)->times == newest_of(f, f->hosts.items)->times;
		f->newest_at_ms = MAX(f->newest_at_ms, newest_of(f, h)->at_ms);
	}
}

const char *fleet_keyless_why(const struct fleet *f, const struct fleet_look *l)
{
	if (!l->from_bpf)
		return "its source of facts knows no sequence numbers";
	if (!l->key_id)
		return l->of_hub ? "its agent has no --fleet-key, or cannot read sequence numbers"
		                 : "recorded without --fleet-key";
	if (l->key_id == f->common_key)
		return NULL;
	return l->of_hub ? "its agent has another fleet key than most" : "recorded under another fleet key";
}

struct fleet_coverage fleet_coverage_of(const struct fleet *f)
{
	struct fleet_coverage c = { .seen = (uint32_t)f->hosts.count,
		                    .silent = (uint32_t)f->unread.count,
		                    .gone = f->gone };

	array_each (&f->hosts, h) {
		const struct fleet_look *l = &f->looks.items[h->newest];
		c.blind += l->gap != NULL;
		c.lossy += l->lost > 0;
		c.late += fleet_is_late(f, l);
		c.keyless += fleet_keyless_why(f, l) != NULL;
	}
	c.complete = !c.silent && !c.blind && !c.lossy && c.seen;
	return c;
}
