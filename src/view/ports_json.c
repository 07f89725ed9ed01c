/* The ports document: ranges, bind, connect, with the names and the order of the contract. */
#include "document.h"
#include "forecast.h"
#include "ports.h"

/* ip_local_reserved_ports as it is written, of this namespace's range. */
static void reserved_text(struct text *t, const struct netns *n)
{
	for (uint32_t port = n->port_first; port <= n->port_last; port++) {
		if (!port_is_reserved(n, port))
			continue;
		uint32_t last = port;
		while (last < n->port_last && port_is_reserved(n, last + 1))
			last++;
		text_printf(t, "%s%u", t->length ? "," : "", port);
		if (last > port)
			text_printf(t, "-%u", last);
		port = last;
	}
}

static void json_range(struct json *j, const struct netns *n)
{
	TEXT_CLEANUP reserved = { 0 };
	uint32_t count = 0;

	for (uint32_t port = n->port_first; port <= n->port_last; port++)
		count += port_is_reserved(n, port);
	reserved_text(&reserved, n);
	json_object_begin(j, NULL);
	json_u64(j, "netns", n->inode);
	json_u64(j, "first", n->port_first);
	json_u64(j, "last", n->port_last);
	json_u64(j, "reserved", count);
	json_text(j, "reserved_ports", reserved.bytes);
	json_u64(j, "usable", ports_usable(n));
	json_object_end(j);
}

static void json_states(struct json *j, const uint32_t *by_state)
{
	json_object_begin(j, "by_state");
	for (enum tcp_state s = STATE_ESTABLISHED; s < STATE_COUNT; s++)
		if (by_state[s])
			json_u64(j, state_json(s), by_state[s]);
	json_object_end(j);
}

/* How many are left: one figure where it is known, and the least and the most. */
static void json_free(struct json *j, uint32_t low, uint32_t high)
{
	if (low == high)
		json_u64(j, "free", low);
	else
		json_none(j, "free");
	json_u64(j, "free_low", low);
	json_u64(j, "free_high", high);
}

static void json_holders(struct json *j, const struct port_report *r, const struct port_budget *b)
{
	struct port_shares shares = { 0 };

	ports_shares(r->map, b, &shares);
	json_array_begin(j, "held_by");
	array_each (&shares.rows, s) {
		json_object_begin(j, NULL);
		document_process(j, "process", r->moment, s->process);
		json_u64(j, "count", s->count);
		json_object_end(j);
	}
	json_array_end(j);
	array_free(&shares.rows);
}

static void json_probe(struct json *j, const struct port_row *row)
{
	if (!row->probe.done) {
		json_none(j, "probe");
		return;
	}
	json_object_begin(j, "probe");
	json_bool(j, "granted", row->probe.granted);
	json_text(j, "errno", row->probe.error ? strerrorname_np(row->probe.error) : NULL);
	if (row->probe.granted)
		json_u64(j, "port", row->probe.port);
	else
		json_none(j, "port");
	json_bool(j, "agrees", port_row_agrees(row));
	json_object_end(j);
}

static void json_row(struct json *j, const struct port_report *r, const struct port_row *row)
{
	const struct port_budget *b = &row->budget;
	TEXT_CLEANUP local = { 0 };

	addr_format(&local, &b->asker.local);
	json_object_begin(j, NULL);
	json_u64(j, "netns", r->moment->netns.items[b->netns].inode);
	json_text(j, b->destination.port ? "source" : "address", local.bytes);
	if (b->destination.port)
		document_endpoint(j, "destination", &b->destination);
	json_bool(j, "address_absent", b->absent);
	json_u64(j, "usable", b->usable);
	json_u64(j, "used", b->used);
	json_free(j, b->free_low, b->free_high);
	json_states(j, b->by_state);
	forecast_json(j, &row->forecast);
	json_holders(j, r, b);
	json_probe(j, row);
	json_object_end(j);
}

static void json_translation(struct json *j, const struct moment *m, const struct translation *t)
{
	struct translation_budget b = translation_budget(t);
	TEXT_CLEANUP source = { 0 };

	addr_format(&source, &t->source.addr);
	json_object_begin(j, NULL);
	json_u64(j, "netns", m->netns.items[t->netns].inode);
	json_text(j, "source", source.bytes);
	document_endpoint(j, "destination", &t->destination);
	json_u64(j, "zone", t->zone);
	json_u64(j, "usable", b.usable);
	json_u64(j, "used", b.used);
	json_free(j, b.free_low, b.free_high);
	json_u64(j, "lowest_used", t->port_low);
	json_u64(j, "highest_used", t->port_high);
	json_u64(j, "translated", t->translated);
	json_u64(j, "without_socket", t->socketless);
	json_states(j, t->by_state);
	json_none(j, "eta");
	json_text(j, "eta_why", "not foretold: conntrack does not tell how old an entry is");
	json_object_end(j);
}

static void json_relief(struct json *j, const struct moment *m, const struct port_relief *relief)
{
	TEXT_CLEANUP local = { 0 };

	addr_format(&local, &relief->budget.asker.local);
	json_object_begin(j, NULL);
	json_u64(j, "netns", m->netns.items[relief->netns].inode);
	json_text(j, "call", relief->budget.destination.port ? "connect()" : "bind()");
	json_text(j, relief->budget.destination.port ? "source" : "address", local.bytes);
	if (relief->budget.destination.port)
		document_endpoint(j, "destination", &relief->budget.destination);
	json_text(j, "text", relief->text);
	json_text(j, "command", relief->command);
	json_object_end(j);
}

void ports_json(struct text *out, const struct port_report *r)
{
	struct json j = JSON(out, true);

	document_begin(&j, "ports", r->moment);
	json_array_begin(&j, "ranges");
	array_each (&r->netns, n)
		json_range(&j, &r->moment->netns.items[*n]);
	json_array_end(&j);
	json_array_begin(&j, "bind");
	array_each (&r->bind, row)
		json_row(&j, r, row);
	json_array_end(&j);
	json_array_begin(&j, "connect");
	array_each (&r->connect, row)
		json_row(&j, r, row);
	json_array_end(&j);
	json_array_begin(&j, "translated");
	array_each (&r->translations.rows, t)
		json_translation(&j, r->moment, *t);
	json_array_end(&j);
	json_array_begin(&j, "advice");
	array_each (&r->reliefs.rows, relief)
		json_relief(&j, r->moment, relief);
	json_array_end(&j);
	document_end(&j);
}
