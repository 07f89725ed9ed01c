#include "coverage.h"

enum { LATE_MS = 60 * 1000 };

/* By the clock that the looks share, where there is one. */
bool fleet_is_late(const struct fleet *f, const struct fleet_look *l)
{
	array_each (&f->hosts, h) {
		const struct fleet_look *other = &f->looks.items[h->newest];
		int64_t ms = l->times == other->times ? other->at_ms - l->at_ms
		                                      : (int64_t)other->taken_unix_ms - (int64_t)l->taken_unix_ms;
		if (ms > LATE_MS)
			return true;
	}
	return false;
}

/* The key that most hosts have; 0: none has any. */
static uint64_t common_key(const struct fleet *f)
{
	uint64_t best = 0;
	uint32_t most = 0;

	array_each (&f->hosts, h) {
		uint64_t key = f->looks.items[h->newest].key_id;
		uint32_t count = 0;
		array_each (&f->hosts, other)
			count += key && f->looks.items[other->newest].key_id == key;
		if (count > most) {
			most = count;
			best = key;
		}
	}
	return best;
}

const char *fleet_keyless_why(const struct fleet *f, const struct fleet_look *l)
{
	if (!l->from_bpf)
		return "its source of facts knows no sequence numbers";
	if (!l->key_id)
		return l->of_hub ? "its agent has no --fleet-key, or cannot read sequence numbers"
		                 : "recorded without --fleet-key";
	return l->key_id != common_key(f) ? "recorded under another fleet key" : NULL;
}

struct fleet_coverage fleet_coverage_of(const struct fleet *f)
{
	struct fleet_coverage c = { .seen = (uint32_t)f->hosts.count, .silent = (uint32_t)f->unread.count };

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
