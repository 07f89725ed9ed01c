#include "page.h"
#include "walk.h"

/* One question: this address, these options. */
static void page_ask(const struct port_map *map, struct port_page *page, const struct port_asker *asker)
{
	struct port_seats in_the_way = { 0 };

	ports_seats(map, page->netns, page->port, asker, &in_the_way);
	*array_push(&page->would) = (struct port_would){
		.asker = *asker,
		.ok = !in_the_way.rows.count,
		.because = in_the_way.rows.count ? in_the_way.rows.items[0].socket : UINT32_MAX,
	};
	array_free(&in_the_way.rows);
}

/* Without options; if that is refused, with each that might help. Of an address that is not there (::1 without IPv6,
 * that of a connection whose interface has gone) the port does not matter. */
static void ask_about(const struct port_map *map, struct port_page *page, const struct addr *local, uint32_t uid)
{
	struct port_asker asker = { .local = *local, .uid = uid };

	if (!address_binds(map->moment, page->netns, local))
		return;
	page_ask(map, page, &asker);
	if (page->would.items[page->would.count - 1].ok)
		return;
	asker.reuseaddr = true;
	page_ask(map, page, &asker);
	asker.reuseaddr = false;
	asker.reuseport = true;
	page_ask(map, page, &asker);
}

static bool asked_about(const struct port_page *page, const struct addr *local)
{
	array_each (&page->would, w)
		if (!addr_compare(&w->asker.local, local))
			return true;
	return false;
}

enum { ADDRESSES_MOST = 8, SINGLE_BITS = 128 };

/* Once each, and not without end. */
static void ask_further(const struct port_map *map, struct port_page *page, struct addr local, uint32_t uid,
                        size_t *left)
{
	if (addr_is_v4(&local))
		local.v6 = false;
	if (!*left || asked_about(page, &local))
		return;
	ask_about(map, page, &local, uid);
	--*left;
}

/* The usual addresses, those of the sockets there, and where one of these is in the way the namespace's own: a listener
 * on one address holds up the wildcard, and no other single one. */
static void ask_all(const struct port_map *map, struct port_page *page, uint32_t uid)
{
	static const char *const usual[] = { "0.0.0.0", "::", "127.0.0.1", "::1" };
	size_t seats = ADDRESSES_MOST, own = ADDRESSES_MOST;
	struct addr local;

	for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
		if (!addr_parse(usual[i], &local))
			ask_about(map, page, &local, uid);
	array_each (&page->seats.rows, seat)
		ask_further(map, page, map->moment->sockets.items[seat->socket].local.addr, uid, &seats);
	array_each (&map->moment->addresses, a)
		if (page->seats.rows.count && a->netns == page->netns && a->range.bits == SINGLE_BITS)
			ask_further(map, page, a->range.addr, uid, &own);
}

void datagrams_free(struct datagrams *all)
{
	array_each (&all->rows, d)
		array_free(&d->holders);
	array_free(&all->rows);
}

static bool has_udp(const struct datagrams *udp, uint32_t netns)
{
	array_each (&udp->rows, d)
		if (d->netns == netns)
			return true;
	return false;
}

void port_pages_make(const struct port_map *map, uint16_t port, uint32_t uid, const struct datagrams *udp,
                     struct port_pages *ret)
{
	const struct moment *m = map->moment;

	for (uint32_t n = 0; n < m->netns.count; n++) {
		struct port_page page = { .moment = m, .netns = n, .port = port, .udp = udp };
		if (!m->netns.items[n].in_scope)
			continue;
		ports_seats(map, n, port, NULL, &page.seats);
		if (!page.seats.rows.count && !m->netns.items[n].self && !(udp && has_udp(udp, n)))
			continue;
		page.automatic = port_is_automatic(map, n, port);
		ask_all(map, &page, uid);
		*array_push(&ret->rows) = page;
	}
}

void port_pages_free(struct port_pages *pages)
{
	array_each (&pages->rows, page) {
		array_free(&page->seats.rows);
		array_free(&page->would);
	}
	array_free(&pages->rows);
}

bool port_would_agrees(const struct port_would *w)
{
	return !w->probe.done || w->probe.granted == w->ok;
}
