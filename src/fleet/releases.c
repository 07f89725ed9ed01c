#include "releases.h"
#include "ends.h"
#include "model/hash.h"
#include "base/siphash.h"

/* What the programs of the newest looks come to. */
struct counting {
	const struct fleet *fleet;
	uint32_t *unfinished; /* by program */
	uint32_t *host;       /* by program; FLEET_NONE: of no newest look */
	struct keyed releases, pairs;
};

static uint64_t what_key(const char *what)
{
	static const uint8_t no_key[SIPHASH_KEY_BYTES];

	return siphash(no_key, what, strlen(what)) | 1;
}

static void count_ends(struct counting *c)
{
	const struct fleet *f = c->fleet;

	array_each (&f->ends, e) {
		if (e->program == FLEET_NONE || e->flags & END_EARLIER)
			continue;
		c->host[e->program] = f->looks.items[e->look].host;
		c->unfinished[e->program] += e->state == STATE_CLOSE_WAIT && e->age_ms >= UNFINISHED_MS;
	}
}

static struct fleet_release *find_release(struct counting *c, const struct fleet_program *p, fleet_releases *ret)
{
	uint64_t key = what_key(p->release);
	uint32_t at = keyed_find(&c->releases, key);

	if (at != INDEX_NONE)
		return &ret->items[at];
	keyed_add(&c->releases, key, (uint32_t)ret->count);
	*array_push(ret) = (struct fleet_release){ .what = p->release };
	return &ret->items[ret->count - 1];
}

/* The first time that this release is met on this host (`kind` 1), or leaks there (2)? */
static bool is_first(struct counting *c, const struct fleet_release *r, uint32_t host, uint64_t kind)
{
	uint64_t key = hash_word(hash_word(kind, what_key(r->what)), host) ?: 1;
	bool first = !keyed_has(&c->pairs, key);

	keyed_add(&c->pairs, key, 1);
	return first;
}

static void add_program(struct counting *c, uint32_t at, fleet_releases *ret)
{
	const struct fleet_program *p = &c->fleet->programs.items[at];
	struct fleet_release *r = find_release(c, p, ret);

	r->processes++;
	r->unfinished += c->unfinished[at];
	r->hosts += is_first(c, r, c->host[at], 1);
	if (c->unfinished[at])
		r->leaking += is_first(c, r, c->host[at], 2);
	if (p->started_unix_ms && (!r->first_unix_ms || p->started_unix_ms < r->first_unix_ms))
		r->first_unix_ms = p->started_unix_ms;
	r->last_unix_ms = MAX(r->last_unix_ms, p->started_unix_ms);
}

static int compare_releases(const void *a, const void *b)
{
	const struct fleet_release *x = a, *y = b;

	return CMP(x->first_unix_ms, y->first_unix_ms) ?: strcmp(x->what, y->what);
}

void fleet_find_releases(const struct fleet *f, const char *service, fleet_releases *ret)
{
	struct counting c = { .fleet = f };

	c.unfinished = memory_zeroed((f->programs.count + 1) * sizeof(*c.unfinished));
	c.host = memory_resize(NULL, f->programs.count + 1, sizeof(*c.host));
	memset(c.host, 0xff, (f->programs.count + 1) * sizeof(*c.host));
	count_ends(&c);
	for (uint32_t i = 0; i < f->programs.count; i++)
		if (c.host[i] != FLEET_NONE && streq(f->services.items[f->programs.items[i].service], service))
			add_program(&c, i, ret);
	free(c.unfinished);
	free(c.host);
	keyed_free(&c.releases);
	keyed_free(&c.pairs);
	array_sort(ret, compare_releases);
}
