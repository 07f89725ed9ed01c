/* For people: who sits on the port, what would still work there, how it is freed. */
#include "md.h"
#include "port.h"
#include "wrap.h"

enum { ALIKE_SHOWN = 3, UDP_SHOWN = 8, INDENT = 2, LABEL = 11 };

/* Where the page goes to: a terminal, or a ticket. */
struct printer {
	struct wrap wrap;
	bool md;
};

/* `label` is "" where the line goes on with the one before. */
static void print(const struct printer *p, const char *label, const char *text)
{
	if (!p->md) {
		wrap_line(&p->wrap, INDENT, label, LABEL, text);
		return;
	}
	text_printf(p->wrap.out, *label ? "- **%s**: " : "  - %s", label);
	md_escape(p->wrap.out, text);
	text_add_char(p->wrap.out, '\n');
}

static void add_holders(struct text *t, const struct moment *m, const struct socket *s)
{
	unsigned shown = 0;

	moment_each_holder (m, s, h) {
		text_add(t, shown++ ? ", " : "");
		process_format(t, &m->processes.items[h->process]);
	}
	if (!shown)
		text_printf(t, "no process (%s)", unowned_name(s->unowned) ?: "not known");
}

static void add_socket(struct text *t, const struct moment *m, const struct socket *s)
{
	if (s->state != STATE_LISTEN && s->state != STATE_TIME_WAIT) /* the way has said so */
		text_printf(t, "%s ", state_people(s->state));
	endpoint_format(t, &s->local);
	if (s->peer.port) {
		text_add(t, " to ");
		endpoint_format(t, &s->peer);
	}
	text_add(t, ", ");
	add_holders(t, m, s);
	if (socket_has(s, SOCKET_REUSEADDR))
		text_add(t, ", SO_REUSEADDR");
	if (socket_has(s, SOCKET_REUSEPORT))
		text_printf(t, ", SO_REUSEPORT of user %u", s->uid);
	if (socket_has(s, SOCKET_V6ONLY))
		text_add(t, ", IPV6_V6ONLY");
}

static void show_seats(const struct printer *p, const struct port_page *page)
{
	const struct port_seat *rows = page->seats.rows.items;
	size_t alike = 0;

	for (size_t i = 0; i < page->seats.rows.count; i++) {
		bool last = i + 1 == page->seats.rows.count || rows[i + 1].way != rows[i].way;
		TEXT_CLEANUP t = { 0 };
		if (++alike <= ALIKE_SHOWN) {
			text_printf(&t, "%s: ", port_way_text(rows[i].way));
			add_socket(&t, page->moment, &page->moment->sockets.items[rows[i].socket]);
		} else if (last) {
			text_printf(&t, "and %zu more of these", alike - ALIKE_SHOWN);
		}
		if (t.length)
			print(p, i ? "" : "on it", t.bytes);
		alike = last ? 0 : alike;
	}
	if (!page->seats.rows.count)
		print(p, "on it", "nobody");
}

static void add_datagram(struct text *t, const struct datagram *d)
{
	endpoint_format(t, &d->local);
	if (d->peer.port) {
		text_add(t, " to ");
		endpoint_format(t, &d->peer);
	}
	array_each (&d->holders, h) {
		text_add(t, ", ");
		text_add_shown(t, h->comm);
		text_printf(t, "[%u]", h->pid);
	}
	if (!d->holders.count)
		text_add(t, ", no process that can be seen");
}

/* Two ports of one number: what has it for UDP is in nobody's way for TCP. */
static void show_udp(const struct printer *p, const struct port_page *page)
{
	size_t count = 0;

	if (!page->udp)
		return;
	array_each (&page->udp->rows, d) {
		TEXT_CLEANUP t = { 0 };
		if (d->netns != page->netns)
			continue;
		add_datagram(&t, d);
		if (++count <= UDP_SHOWN)
			print(p, count == 1 ? "for UDP" : "", t.bytes);
	}
	if (count > UDP_SHOWN) {
		TEXT_CLEANUP t = { 0 };
		text_printf(&t, "and %zu more", count - UDP_SHOWN);
		print(p, "", t.bytes);
	}
}

/* The answers to the questions about one address, in a few words. */
struct answer_text {
	struct addr local;
	bool plain, reuse, share, disagrees, probed;
};

static void answer_note(struct answer_text *a, const struct port_would *w)
{
	a->local = w->asker.local;
	a->probed |= w->probe.done;
	a->disagrees |= !port_would_agrees(w);
	if (w->asker.reuseaddr)
		a->reuse = w->ok;
	else if (w->asker.reuseport)
		a->share = w->ok;
	else
		a->plain = w->ok;
}

static bool same_answer(const struct answer_text *a, const struct answer_text *b)
{
	return a->plain == b->plain && a->reuse == b->reuse && a->share == b->share && a->disagrees == b->disagrees &&
	       a->probed == b->probed;
}

static const char *answer_words(const struct answer_text *a)
{
	if (a->plain)
		return "yes";
	if (a->reuse)
		return a->share ? "only with SO_REUSEADDR or SO_REUSEPORT" : "only with SO_REUSEADDR";
	return a->share ? "only with SO_REUSEPORT" : "no, with no option: EADDRINUSE";
}

typedef ARRAY(struct answer_text) answer_list;

static void answers_collect(const struct port_page *page, answer_list *ret)
{
	array_each (&page->would, w) {
		if (!ret->count || addr_compare(&ret->items[ret->count - 1].local, &w->asker.local))
			array_push(ret);
		answer_note(&ret->items[ret->count - 1], w);
	}
}

static const struct answer_text *refused_wildcard(const answer_list *answers)
{
	array_each (answers, a)
		if (addr_is_any(&a->local) && !a->plain)
			return a;
	return NULL;
}

static const struct answer_text *free_single(const answer_list *answers, bool v4)
{
	array_each (answers, a)
		if (!addr_is_any(&a->local) && a->plain && addr_is_v4(&a->local) == v4)
			return a;
	return NULL;
}

/* The socket that holds up a bind() to `local`, of a single address itself; NULL: there is none. */
static const struct socket *single_in_the_way(const struct port_page *page, const struct addr *local)
{
	array_each (&page->would, w) {
		if (w->ok || addr_compare(&w->asker.local, local))
			continue;
		const struct socket *s = &page->moment->sockets.items[w->because];
		return addr_is_any(&s->local.addr) ? NULL : s;
	}
	return NULL;
}

/* Why the wildcard is refused, though nobody has the port on all addresses. */
static void show_why(const struct printer *p, const struct port_page *page, const answer_list *answers)
{
	const struct answer_text *refused = refused_wildcard(answers);
	const struct socket *s = refused ? single_in_the_way(page, &refused->local) : NULL;
	const struct answer_text *works = s ? free_single(answers, addr_is_v4(&s->local.addr)) : NULL;
	TEXT_CLEANUP t = { 0 };

	if (!works)
		return;
	addr_format(&t, &refused->local);
	text_add(&t, " means every address, and ");
	endpoint_format(&t, &s->local);
	text_add(&t, " is taken; on another single address, such as ");
	addr_format(&t, &works->local);
	text_add(&t, ", the port is free");
	print(p, "why", t.bytes);
}

/* Addresses with the same answer share a line. */
static void show_would(const struct printer *p, const struct port_page *page)
{
	answer_list answers = { 0 };

	answers_collect(page, &answers);
	for (size_t i = 0; i < answers.count; i++) {
		const struct answer_text *a = &answers.items[i];
		TEXT_CLEANUP t = { 0 };
		size_t first = 0;
		while (!same_answer(&answers.items[first], a))
			first++;
		if (first < i)
			continue;
		for (size_t k = i; k < answers.count; k++) {
			if (!same_answer(&answers.items[k], a))
				continue;
			text_add(&t, t.length ? ", " : "");
			addr_format(&t, &answers.items[k].local);
		}
		text_printf(&t, ": %s%s", answer_words(a),
		            a->disagrees ? " (the kernel DISAGREES)"
		            : a->probed  ? " (the kernel agrees)"
		                         : "");
		print(p, i ? "" : "bind() to", t.bytes);
	}
	show_why(p, page, &answers);
	print(p, "connect()", page->automatic ? "may choose it as its own port" : "never chooses it as its own port");
	array_free(&answers);
}

/* A line for each way that has words, said once: seats are ordered by way. */
static void show_words(const struct printer *p, const struct port_page *page, const char *label,
                       const char *(*words)(enum port_way way))
{
	const char *before = NULL;

	array_each (&page->seats.rows, seat) {
		const char *now = words(seat->way);
		if (now && now != before)
			print(p, before ? "" : label, now);
		before = now ?: before;
	}
}

static void show_head(const struct printer *p, const struct port_page *page)
{
	const struct netns *n = &page->moment->netns.items[page->netns];
	struct text *out = p->wrap.out;

	text_printf(out, "%sport %u of namespace ", p->md ? "# " : "", page->port);
	if (n->name)
		text_add_shown(out, n->name);
	else
		text_printf(out, "%llu", (unsigned long long)n->inode);
	text_add(out, n->self ? " (this one)" : "");
	if (n->port_first && page->port >= n->port_first && page->port <= n->port_last)
		text_printf(out, ", in the range of automatic ports %u-%u%s", n->port_first, n->port_last,
		            port_is_reserved(n, page->port) ? ", reserved" : "");
	text_add(out, p->md ? "\n\n" : "\n");
}

void port_text(struct text *out, const struct port_pages *pages, const struct page_style *style)
{
	struct printer p = { .wrap = { out, style ? MAX(style->columns, 40u) : 0 }, .md = !style };

	array_each (&pages->rows, page) {
		if (page > pages->rows.items)
			text_add_char(out, '\n');
		show_head(&p, page);
		show_seats(&p, page);
		show_udp(&p, page);
		show_would(&p, page);
		show_words(&p, page, "frees it", port_way_remedy);
		show_words(&p, page, "for good", port_way_prevention);
	}
}
