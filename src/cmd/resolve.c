#include "resolve.h"
#include "base/arena.h"
#include "base/array.h"
#include "base/clock.h"
#include "model/index.h"
#include <arpa/inet.h>
#include <netdb.h>
#include <nss.h>

enum { ALL_MS = 3000 };

struct known {
	uint64_t hash;
	struct addr addr;
	const char *name; /* NULL: has none */
};

struct resolver {
	struct arena *arena;
	ARRAY(struct known) hosts;
	struct index index; /* by hash; equal hashes of different addresses count up */
	const char *services[UINT16_MAX + 1];
	bool asked[UINT16_MAX + 1];
	uint64_t used_ms;
	size_t skipped;
};

struct resolver *resolver_new(void)
{
	struct resolver *r = memory_zeroed(sizeof(*r));

	/* glibc reads it at its first question (resolv.conf(5)); what the user has set comes first. */
	setenv("RES_OPTIONS", "timeout:1 attempts:1", false);
#ifdef UNFIN_STATIC /* other modules would bring the host's libc with them (make/dist) */
	__nss_configure_lookup("hosts", "files dns");
	__nss_configure_lookup("services", "files");
#endif
	r->arena = arena_new();
	index_init(&r->index, NULL, sizeof(struct known), 0);
	return r;
}

void resolver_free(struct resolver *r)
{
	if (!r)
		return;
	array_free(&r->hosts);
	index_free(&r->index);
	arena_free(r->arena);
	free(r);
}

static const char *resolver_ask(struct resolver *r, const struct addr *a)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	char name[NI_MAXHOST];
	uint64_t began = clock_monotonic_ns();
	bool is_v4 = addr_is_v4(a);

	if (r->used_ms >= ALL_MS) {
		r->skipped++;
		return NULL;
	}
	memcpy(&v4.sin_addr, a->bytes + 12, sizeof(v4.sin_addr));
	memcpy(&v6.sin6_addr, a->bytes, sizeof(v6.sin6_addr));
	int err = getnameinfo(is_v4 ? (const struct sockaddr *)&v4 : (const struct sockaddr *)&v6,
	                      is_v4 ? sizeof(v4) : sizeof(v6), name, sizeof(name), NULL, 0, NI_NAMEREQD);
	r->used_ms += (clock_monotonic_ns() - began) / NS_PER_MS;
	return err ? NULL : arena_strdup(r->arena, name);
}

static uint64_t addr_hash(const struct addr *a)
{
	uint64_t high, low;

	memcpy(&high, a->bytes, sizeof(high));
	memcpy(&low, a->bytes + 8, sizeof(low));
	return (high * 0x9e3779b97f4a7c15ULL ^ low) ?: 1;
}

const char *resolver_host(void *resolver, const struct addr *a)
{
	struct resolver *r = resolver;
	uint64_t hash = addr_hash(a);
	uint32_t at;

	if (addr_is_any(a))
		return NULL;
	for (; (at = index_find(&r->index, hash)) != INDEX_NONE; hash = hash + 1 ?: 1)
		if (addr_same(&r->hosts.items[at].addr, a))
			return r->hosts.items[at].name;
	const char *name = resolver_ask(r, a);
	*array_push(&r->hosts) = (struct known){ hash, *a, name };
	index_move(&r->index, &r->hosts.items[0].hash);
	index_add(&r->index, (uint32_t)r->hosts.count - 1);
	return name;
}

const char *resolver_service(void *resolver, uint16_t port)
{
	struct resolver *r = resolver;

	if (r->asked[port] || !port)
		return r->services[port];
	r->asked[port] = true;
	const struct servent *s = getservbyport(htons(port), "tcp");
	if (s)
		r->services[port] = arena_strdup(r->arena, s->s_name);
	return r->services[port];
}

size_t resolver_skipped(const struct resolver *r)
{
	return r->skipped;
}
