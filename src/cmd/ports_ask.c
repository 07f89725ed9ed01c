#include "ports_ask.h"
#include "base/log.h"
#include "base/parse.h"
#include "scope.h"
#include "source/probe.h"
#include "status.h"

static int parse_port(const struct invocation *in, uint16_t *ret)
{
	uint64_t port;
	int status = invocation_at_most(in, 1);

	if (status || !in->words.count)
		return status;
	if (!parse_u64(in->words.items[0], &port) && port && port <= UINT16_MAX) {
		*ret = (uint16_t)port;
		return STATUS_OK;
	}
	log_error("\"%s\" is no port", in->words.items[0]);
	log_hint("a number from 1 to 65535: unfin ports 8080");
	return STATUS_USAGE;
}

int ports_ask_parse(const struct invocation *in, struct ports_asked *ret)
{
	const struct options *o = &in->options;

	array_each (&o->src, text)
		if (addr_parse(*text, array_push(&ret->sources))) {
			log_error("--src: \"%s\" is no address", *text);
			log_hint("like 10.0.0.1 or ::1, without a port");
			return STATUS_USAGE;
		}
	array_each (&o->dst, text) {
		struct endpoint *e = array_push(&ret->destinations);
		if (endpoint_parse(*text, e) || !e->port) {
			log_error("--dst: \"%s\" is no destination", *text);
			log_hint("like 10.0.0.5:443 or [::1]:443");
			return STATUS_USAGE;
		}
	}
	return parse_port(in, &ret->port);
}

void ports_asked_free(struct ports_asked *asked)
{
	array_free(&asked->sources);
	array_free(&asked->destinations);
}

/* What is there already tells the source; else the route does, if we can ask it: not of a kept moment. */
static int source_towards(const struct port_report *r, uint32_t netns, const struct endpoint *to, struct addr *ret)
{
	struct probe p;

	if (!ports_source(r->map, netns, to, ret))
		return 0;
	int err = probe_open(&p, r->moment);
	if (err)
		return err;
	err = probe_enter(&p, &r->moment->netns.items[netns]) ?: probe_route(to, ret);
	probe_close(&p);
	return err;
}

static int fill_destinations(const struct ports_asked *asked, struct port_report *r, uint32_t netns)
{
	int found = 0;

	array_each (&asked->destinations, to) {
		struct addr from;
		array_each (&asked->sources, source)
			if (addr_is_v4(source) == addr_is_v4(&to->addr))
				port_report_add_connect(r, netns, source, to);
		found += asked->sources.count > 0;
		if (asked->sources.count || source_towards(r, netns, to, &from))
			continue;
		port_report_add_connect(r, netns, &from, to);
		found++;
	}
	return found;
}

static bool translation_is_asked(const struct ports_asked *asked, const struct translation *t)
{
	bool source = !asked->sources.count, destination = !asked->destinations.count;

	array_each (&asked->sources, a)
		source |= addr_same(a, &t->source.addr);
	array_each (&asked->destinations, e)
		destination |= endpoint_same(e, &t->destination);
	return source && destination;
}

static void fill_translations(const struct ports_asked *asked, struct port_report *r, uint32_t netns, size_t most)
{
	cleanup(translation_list_free) struct translation_list all = { 0 };
	size_t end = r->translations.rows.count + most;

	translations_of(r->moment, netns, &all);
	array_each (&all.rows, t)
		if (translation_is_asked(asked, *t) && r->translations.rows.count < end)
			*array_push(&r->translations.rows) = *t;
}

int ports_ask_fill(const struct ports_asked *asked, struct port_report *r, size_t most)
{
	int found = 0;

	array_each (&r->netns, n) {
		array_each (&asked->sources, source)
			port_report_add_bind(r, *n, source);
		found += fill_destinations(asked, r, *n);
		fill_translations(asked, r, *n, most);
	}
	if (!asked->sources.count)
		port_report_add_all_binds(r, most);
	if (!asked->destinations.count)
		port_report_add_all_connects(r, most);
	if (!asked->destinations.count || found)
		return STATUS_OK;
	log_error("no route leads there, so no source address is known");
	log_hint("name one: --src ADDRESS");
	return STATUS_UNABLE;
}

static int probe_row(struct port_row *row)
{
	const struct port_budget *b = &row->budget;

	if (b->destination.port)
		return probe_connect(&b->asker.local, &b->destination, &row->probe);
	return probe_bind(&b->asker, 0, &row->probe);
}

static void probe_rows(struct probe *p, const struct port_report *r, struct port_row *rows, size_t count, bool all)
{
	TEXT_CLEANUP where = { 0 };

	for (struct port_row *row = rows; row < rows + count; row++) {
		const struct netns *n = &r->moment->netns.items[row->budget.netns];
		int err = all || n->self ? (probe_enter(p, n) ?: probe_row(row)) : 0;
		if (!err)
			continue;
		where.length = 0;
		addr_format(&where, &row->budget.asker.local);
		log_warning("%s could not be probed: %s", where.bytes, strerror(-err));
	}
}

int ports_ask_probe(const struct options *o, struct port_report *r)
{
	bool all = scope_is_named(o->netns);
	struct probe p;
	int err = probe_open(&p, r->moment);

	if (err) {
		log_error("--probe: %s", strerror(-err));
		return STATUS_UNABLE;
	}
	probe_rows(&p, r, r->bind.items, r->bind.count, all);
	probe_rows(&p, r, r->connect.items, r->connect.count, all);
	probe_close(&p);
	return STATUS_OK;
}
