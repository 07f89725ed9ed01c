/* Starts of releases, as events: of a service that is seen running what it did not run within the last hour. Workers,
 * and one more of the same, are none; nor is what ran at the first look. */
#include "base/siphash.h"
#include "model/hash.h"
#include "rows.h"

enum { REMEMBERED_MIN = 60, STARTS_MOST = 200 };

static uint64_t key_of(const struct process *p)
{
	static const uint8_t no_key[SIPHASH_KEY_BYTES];
	const char *service;
	size_t length = process_service(p, &service);

	return hash_text(siphash(no_key, service, length), p->release) ?: 1;
}

static void add(const struct rows_plan *p, const struct process *who, struct arena *arena, struct row_set *ret)
{
	uint64_t netns = who->netns == NETNS_UNKNOWN ? 0 : p->moment->netns.items[who->netns].inode;
	uint16_t idx = (uint16_t)ret->of[ROW_EVENT].count;

	*(struct event_row *)row_push(ret, ROW_EVENT) = (struct event_row){
		.at_ms = rows_correct_ms(p, who->start_unix_ms),
		.netns = netns,
		.idx = idx,
		.pid = who->pid,
		.kind = "release",
		.service = rows_service(who, arena),
		.release = rows_name(rows_release(who), arena),
	};
}

/* Who was started long ago may open his first connection now. */
static bool is_start(const struct rows_plan *p, const struct process *who)
{
	return p->releases_before && who->start_unix_ms &&
	       who->start_unix_ms + REMEMBERED_MIN * 60 * MS_PER_S > p->moment->taken_unix_ms;
}

void rows_add_releases(struct rows_plan *p, struct arena *arena, struct row_set *ret)
{
	uint32_t minute = (uint32_t)(p->moment->taken_unix_ms / (60 * MS_PER_S));
	size_t told = 0;

	array_each (&p->moment->processes, who) {
		uint64_t key = who->release ? key_of(who) : 0;
		if (!key || keyed_has(&p->releases, key))
			continue;
		bool before = p->releases_before && keyed_has(p->releases_before, key);
		if (!before && is_start(p, who) && told++ < STARTS_MOST)
			add(p, who, arena, ret);
		keyed_add(&p->releases, key, minute);
	}
	if (p->releases_before)
		array_each (&p->releases_before->items, was)
			if (was->value + REMEMBERED_MIN > minute && !keyed_has(&p->releases, was->key))
				keyed_add(&p->releases, was->key, was->value);
}
