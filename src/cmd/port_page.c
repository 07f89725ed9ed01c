#include "port_page.h"
#include "base/log.h"
#include "output.h"
#include "scope.h"
#include "source/datagrams.h"
#include "source/probe.h"
#include "status.h"
#include "terminal.h"
#include "view/port.h"
#include <errno.h>

static void probe_page(struct probe *p, struct port_page *page)
{
	array_each (&page->would, w) {
		int err = probe_enter(p, &page->moment->netns.items[page->netns])
		                  ?: probe_bind(&w->asker, page->port, &w->probe);
		if (err)
			log_warning("port %u could not be probed: %s", page->port, strerror(-err));
	}
}

static int probe_pages(const struct options *o, const struct moment *m, struct port_pages *pages)
{
	struct probe p;
	int err = probe_open(&p, m);

	if (err) {
		log_error("--probe: %s", strerror(-err));
		return STATUS_UNABLE;
	}
	array_each (&pages->rows, page)
		if (m->netns.items[page->netns].self || scope_is_named(o->netns))
			probe_page(&p, page);
	probe_close(&p);
	return STATUS_OK;
}

static int page_status(const struct moment *m, const struct port_pages *pages)
{
	array_each (&pages->rows, page)
		array_each (&page->would, w)
			if (!port_would_agrees(w)) {
				log_warning("the kernel answers otherwise than the model");
				log_hint("please report it with the output of unfin ports %u --json", page->port);
				return STATUS_FINDINGS;
			}
	return moment_is_complete(m) ? STATUS_OK : STATUS_INCOMPLETE;
}

int port_page_tell(const struct options *o, const struct port_map *map, const struct moment *m, uint16_t port)
{
	cleanup(datagrams_free) struct datagrams udp = { 0 };
	cleanup(port_pages_free) struct port_pages pages = { 0 };
	struct page_style style = terminal_style(o);
	TEXT_CLEANUP out = { 0 };

	if (!options_kept(o))
		datagrams_find(m, port, &udp);
	if (udp.unread)
		log_warning("not seen: the UDP sockets of %u network namespace%s", udp.unread,
		            udp.unread == 1 ? "" : "s");
	port_pages_make(map, port, geteuid(), options_kept(o) ? NULL : &udp, &pages);
	int status = o->probe ? probe_pages(o, m, &pages) : STATUS_OK;
	if (status)
		return status;
	if (o->output == OUTPUT_JSON)
		port_json(&out, m, &pages);
	else
		port_text(&out, &pages, o->output == OUTPUT_MD ? NULL : &style);
	return output_text(&out) ?: page_status(m, &pages);
}
