/* Each server is asked for its own rows, all at the same time; what they say is put together by who asks. One that has
 * failed once is not asked again: what it has is not known. */
#include "cmd/fleet_clickhouse.h"
#include "base/log.h"
#include "cmd/status.h"
#include "names.h"
#include "stores.h"
#include <errno.h>

struct server {
	struct clickhouse *clickhouse;
	bool away;
};

struct servers {
	struct stores stores;
	struct server *items;
	size_t count, away;
	struct row_missing *missing; /* the first `away` of them */
};

static void drop(struct servers *s, struct server *server)
{
	const struct clickhouse_place *p = &s->stores.places.items[server - s->items];
	const char *why = clickhouse_error(server->clickhouse);

	server->away = true;
	s->missing[s->away++] = (struct row_missing){ p->url, why };
	log_warning("cannot ask %s: %s", p->url, why);
}

static struct server *server_of(struct servers *s, const struct clickhouse *clickhouse)
{
	struct server *one = s->items;

	while (one->clickhouse != clickhouse)
		one++;
	return one;
}

static void greet(struct servers *s, struct server *server)
{
	TEXT_CLEANUP version = { 0 };

	if (clickhouse_greet(server->clickhouse, &version))
		drop(s, server);
}

static int ask(void *servers, const struct row_asked *asked, row_visitor *visit, void *context)
{
	struct servers *s = servers;
	cleanup(cleanup_free) struct clickhouse_part *parts = memory_zeroed(s->count * sizeof(*parts));
	size_t count = 0;

	for (struct server *one = s->items; one < s->items + s->count; one++)
		if (!one->away)
			parts[count++].server = one->clickhouse;
	clickhouse_ask(parts, count, asked, visit, context);
	for (size_t i = 0; i < count; i++)
		if (parts[i].err)
			drop(s, server_of(s, parts[i].server));
	return s->away < s->count ? 0 : -EHOSTUNREACH;
}

static size_t missing(const void *servers, const struct row_missing **ret)
{
	const struct servers *s = servers;

	*ret = s->missing;
	return s->away;
}

static void close_all(void *servers)
{
	struct servers *s = servers;

	for (size_t i = 0; i < s->count; i++)
		clickhouse_free(s->items[i].clickhouse);
	stores_free(&s->stores);
	free(s->items);
	free(s->missing);
	free(s);
}

int fleet_clickhouse_open(const struct options *o, struct row_source *ret)
{
	struct servers *s = memory_zeroed(sizeof(*s));
	int status = network_prepare() ?: stores_read(&s->stores, "--hub", &o->hub_store, o);

	*ret = (struct row_source){ .store = s, .ask = ask, .missing = missing, .close = close_all };
	if (status != STATUS_OK)
		return status;
	s->count = s->stores.places.count;
	s->items = memory_zeroed(s->count * sizeof(*s->items));
	s->missing = memory_zeroed(s->count * sizeof(*s->missing));
	for (size_t i = 0; i < s->count; i++) {
		s->items[i].clickhouse = clickhouse_new(&s->stores.places.items[i]);
		greet(s, &s->items[i]);
	}
	return STATUS_OK;
}
