/* The ports document about one port: `port` has an entry for each namespace. */
#include "document.h"
#include "port.h"

static void json_holders(struct json *j, const struct moment *m, const struct socket *s)
{
	json_array_begin(j, "holders");
	moment_each_holder (m, s, h) {
		const struct process *p = &m->processes.items[h->process];
		json_object_begin(j, NULL);
		json_u64(j, "pid", p->pid);
		document_time(j, "started_at", p->start_unix_ms);
		json_u64(j, "fd", h->fd);
		json_text(j, "comm", p->comm);
		json_object_end(j);
	}
	json_array_end(j);
}

static void json_socket(struct json *j, const struct moment *m, const struct socket *s)
{
	TEXT_CLEANUP local = { 0 }, peer = { 0 };

	addr_format(&local, &s->local.addr);
	addr_format(&peer, &s->peer.addr);
	json_text(j, "state", state_json(s->state));
	json_text(j, "local_address", local.bytes);
	json_u64(j, "local_port", s->local.port);
	json_text(j, "peer_address", peer.bytes);
	json_u64(j, "peer_port", s->peer.port);
	json_holders(j, m, s);
	json_text(j, "unowned", unowned_name(s->unowned));
	json_u64(j, "uid", s->uid);
	json_bool(j, "reuseaddr", socket_has(s, SOCKET_REUSEADDR));
	json_bool(j, "reuseport", socket_has(s, SOCKET_REUSEPORT));
	json_bool(j, "v6only", socket_has(s, SOCKET_V6ONLY));
}

static void json_owners(struct json *j, const struct port_page *page)
{
	json_array_begin(j, "owners");
	array_each (&page->seats.rows, seat) {
		json_object_begin(j, NULL);
		json_text(j, "way", port_way_name(seat->way));
		json_socket(j, page->moment, &page->moment->sockets.items[seat->socket]);
		json_text(j, "frees", port_way_remedy(seat->way));
		json_text(j, "prevents", port_way_prevention(seat->way));
		json_object_end(j);
	}
	json_array_end(j);
}

/* Null: it is not known, as of a kept moment. */
static void json_udp(struct json *j, const struct port_page *page)
{
	if (!page->udp) {
		json_none(j, "udp");
		return;
	}
	json_array_begin(j, "udp");
	array_each (&page->udp->rows, d) {
		if (d->netns != page->netns)
			continue;
		json_object_begin(j, NULL);
		document_endpoint(j, "local", &d->local);
		document_endpoint(j, "peer", &d->peer);
		json_u64(j, "uid", d->uid);
		json_u64(j, "inode", d->inode);
		json_array_begin(j, "holders");
		array_each (&d->holders, h) {
			json_object_begin(j, NULL);
			json_u64(j, "pid", h->pid);
			json_u64(j, "fd", h->fd);
			json_text(j, "comm", h->comm);
			json_object_end(j);
		}
		json_array_end(j);
		json_object_end(j);
	}
	json_array_end(j);
}

static void json_would(struct json *j, const struct port_page *page)
{
	json_array_begin(j, "would");
	array_each (&page->would, w) {
		TEXT_CLEANUP local = { 0 };
		addr_format(&local, &w->asker.local);
		json_object_begin(j, NULL);
		json_text(j, "call", "bind");
		json_text(j, "address", local.bytes);
		json_bool(j, "reuseaddr", w->asker.reuseaddr);
		json_bool(j, "reuseport", w->asker.reuseport);
		json_bool(j, "ok", w->ok);
		json_text(j, "errno", w->ok ? NULL : "EADDRINUSE");
		if (w->probe.done)
			json_bool(j, "probe_agrees", port_would_agrees(w));
		else
			json_none(j, "probe_agrees");
		json_object_end(j);
	}
	json_array_end(j);
}

void port_json(struct text *out, const struct moment *m, const struct port_pages *pages)
{
	struct json j = JSON(out, true);

	document_begin(&j, "ports", m);
	json_array_begin(&j, "port");
	array_each (&pages->rows, page) {
		const struct netns *n = &m->netns.items[page->netns];
		json_object_begin(&j, NULL);
		json_u64(&j, "netns", n->inode);
		json_u64(&j, "port", page->port);
		json_bool(&j, "automatic", page->automatic);
		json_bool(&j, "reserved", port_is_reserved(n, page->port));
		json_owners(&j, page);
		json_udp(&j, page);
		json_would(&j, page);
		json_object_end(&j);
	}
	json_array_end(&j);
	document_end(&j);
}
