#include "served.h"

enum { SILENT_MS = 1000 };

/* Data that lies there, beside the FIN, which counts as one. */
static bool is_unread(const struct socket *s)
{
	return s->recv_q > socket_eof_unread(s);
}

bool served_not(struct inquiry *q, const struct suspects *g)
{
	const struct moment *m = q->moment;
	size_t unread = 0;
	struct waits w;

	if (!g->end_is_listener || g->process == PROCESS_NONE || !m->awaited.count)
		return false;
	for (size_t i = 0; i < g->count; i++)
		unread += is_unread(&m->sockets.items[g->sockets[i]]);
	if (unread * 10 < g->count * 9)
		return false;
	waits_find(q, g->process, &w);
	bool waits = w.threads && w.shortest_ms >= SILENT_MS;
	waits_free(&w);
	return waits;
}
